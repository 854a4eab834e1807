"""What was begun about a person before there was a case is the case's (R28, R29)."""


def join(person, case, actor):
    """Call it in the transaction in which `case` came to be of this person, whose records are locked."""
    from cases.models import Demand, MandatedReport

    MandatedReport.join(person, case)
    Demand.join(person, case, actor)
