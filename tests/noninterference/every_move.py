"""Every private move there is, each on a record in each state from which it starts.

The records are those of `tests.makers.every`, but made of the packets of the play: its intake, and the person
it is about. So what is moved is what the referrer would most like to hear of.
"""

from contextlib import ExitStack, contextmanager
from random import Random
from unittest import mock

from config.permission_table import REALLY, RECORDS, SEES
from referrals.models import Intake
from tests.makers import case as cases
from tests.makers import intake as intakes
from tests.makers.every import BUILDERS, build
from tests.noninterference.private import EXTRA, HOUSES, House, private_models, watching

# Moves that no press makes by itself: they follow from another, or from the clock.
FOLLOWS = {
    ("intake", "take_on"): ("intakeassignment", "accept_intakeassignment"),
    ("handoff", "connect"): ("handoff", "confirm_handoff"),
    ("case", "assign"): ("case", "assign_case"),
}


@contextmanager
def of_the_packets():
    """Records that the makers build are of the play's own packet while the block runs."""
    a_walk_in, a_person = intakes.a_walk_in, cases.a_person

    def first(member):
        mine = Intake.objects.filter(organization_id=member.organization_id, state="new")
        return mine.exclude(referral=None).order_by("pk").first()

    with ExitStack() as stack:
        for module, name, instead in (
            (intakes, "a_walk_in", lambda member, **known: first(member) or a_walk_in(member, **known)),
            (cases, "a_person", lambda member, **known: getattr(first(member), "person", None)
             or a_person(member, **known)),
        ):  # fmt: skip
            stack.enter_context(mock.patch.object(module, name, instead))
        yield


def ways(noun, verb):
    """The rows of the table of permissions, or the `EXTRA` ways, that carry out a move."""
    noun_of, name = FOLLOWS.get((noun, verb), (noun, f"{verb}_{noun}"))
    rows = [row for row in (*RECORDS.get(noun_of, ()), *EXTRA.get(noun_of, ())) if row.name in (name, verb)]
    return noun_of, rows


def scenes(noun, row):
    """The states of `SEES` in which the record can be built and the move may start."""
    for state in SEES.get(noun, ()):
        real = REALLY.get((noun, state)) or REALLY.get(state, state)
        if noun in BUILDERS and (not row.states or real in row.states.split()):
            yield state


def every_move(stage, look, states_each=None):
    """Make each private move in each state (or in `states_each` of them) and take it back.

    `look(words)` is called after each. Returns the moves (noun, verb) that were made.
    """
    house, made, turn = House(stage), set(), 2000
    for noun, model in private_models().items():
        for verb in model.MOVES:
            where, rows = ways(noun, verb)
            for row in rows:
                for state in list(scenes(where, row))[:states_each]:
                    turn += 1
                    stage.chance.at(turn)
                    with stage.played(), of_the_packets(), watching() as done:
                        record = build(stage.world, where, state).record
                        for code in HOUSES:
                            mine = getattr(stage.world, code).organization.pk in record.sides()
                            if mine and (noun, verb) not in done:
                                house.attempt(code, where, record, row, Random(state))
                        look(f"{row.name} from {state}")
                    made |= done
    return made
