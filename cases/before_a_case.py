"""What was begun about a person before there was a case is the case's (R28, R29, R30)."""


def join(person, case, actor):
    """Call it in the transaction in which `case` came to be of this person, whose records are locked."""
    from cases.models import Demand

    for begun in suspicions():
        begun.join(person, case)
    Demand.join(person, case, actor)


def hand_on(intake):
    """What was begun at an intake is of whoever has that now. Call it in the transaction of the move."""
    for begun in suspicions():
        begun.hand_on(intake)


def cover(intake):
    """Whoever stands in at an intake has what was begun there, while they do."""
    for begun in suspicions():
        begun.cover(intake)


def suspicions():
    """The models of the duties that wait for no case."""
    from cases.models import MandatedReport, OtipRequest

    return MandatedReport, OtipRequest
