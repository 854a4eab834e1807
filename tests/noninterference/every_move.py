"""Every act of a service there is, each on a record in each state from which it may start.

The records are those of `tests.makers.every`, but made of the packets of the play: its intake, and the person
it is about. So what is moved is what the referrer would most like to hear of.
"""

from contextlib import ExitStack, contextmanager
from random import Random
from unittest import mock

from config.permission_table import REALLY, SEES
from referrals.models import Intake, SenderWord
from tests.makers import case as cases
from tests.makers import every
from tests.makers import intake as intakes
from tests.makers.every import BUILDERS, build
from tests.noninterference.at_home import places
from tests.noninterference.extra import EXTRA
from tests.noninterference.private import (
    ADMINISTERED,
    HOUSES,
    House,
    private_models,
    private_moves,
    rows_of,
    watching,
)


@contextmanager
def of_the_packets():
    """Records that the makers build are of the play's own packet while the block runs."""
    a_walk_in, a_person = intakes.a_walk_in, cases.a_person

    def acknowledged(world):
        with world.acting(world.stx.intake_worker) as desk:
            return None, first(desk)

    def something_was_written(world, referral):  # what the officer sees of it was there before
        with world.acting(world.stx.intake_worker):
            SenderWord.come(referral)

    def first(member):
        mine = Intake.objects.filter(organization_id=member.organization_id, state="new")
        return mine.exclude(referral=None).order_by("pk").first()

    with ExitStack() as stack:
        for module, name, instead in (
            (intakes, "a_walk_in", lambda member, **known: first(member) or a_walk_in(member, **known)),
            (cases, "a_person", lambda member, **known: getattr(first(member), "person", None)
             or a_person(member, **known)),
            (every, "acknowledged", acknowledged),
            (every, "the_officer_writes", something_was_written),
        ):  # fmt: skip
            stack.enter_context(mock.patch.object(module, name, instead))
        yield


def starts_from(noun, state, row):
    """Whether an act may start from a state of `SEES`."""
    really = REALLY.get((noun, state)) or REALLY.get(state, state)
    return not row.states or bool({state, really} & set(row.states.split()))


class EveryAct:
    """Makes each act and takes it back; `look(words)` is called after each, `begin(times)` before so many.

    A state may be reached by a way that referrers see (a key that is changed, a supervisor who lets the heads
    of a unit see), so that what an act is held against is looked at after the record is in it.
    `made` are the moves (noun, verb) that the audit saw, `left` the names of what could not be done.
    """

    def __init__(self, stage, begin, look, from_each_state):
        self.stage, self.begin, self.look, self.from_each_state = stage, begin, look, from_each_state
        self.house, self.made, self.left, self.turn = House(stage), set(), set(), 2000

    def run(self):
        for noun in (*private_models(), *ADMINISTERED):
            self.of_records(noun)
        self.of_the_house()
        return self

    @property
    def missing(self):
        """What nobody knows how to do: moves, and addresses."""
        return {f"{noun}.{verb}" for noun, verb in private_moves() - self.made} | self.left

    def of_records(self, noun):
        rows = [*rows_of(noun), *EXTRA.get(noun, ())]
        waiting = {id(row) for row in rows}
        for state in SEES.get(noun, ()) if noun in BUILDERS else ():
            now = [row for row in rows if starts_from(noun, state, row)]
            if not self.from_each_state:
                now = [row for row in now if id(row) in waiting]
            if not now:
                continue
            self.next_turn()
            with self.stage.played(), of_the_packets(), watching() as made:
                record = build(self.stage.world, noun, state).record
                self.begin(len(now))
                for row in now:
                    if self.try_on(noun, state, record, row):
                        waiting.discard(id(row))
            self.made |= made
        self.left |= {row.name for row in rows if id(row) in waiting}

    def try_on(self, noun, state, record, row):
        went = False
        self.next_turn()
        with self.stage.played():
            sides = record.sides() if hasattr(record, "sides") else {record.organization_id}
            for code in HOUSES:
                if getattr(self.stage.world, code).organization.pk in sides:
                    went |= self.house.attempt(code, noun, record.pk, row, Random(state))
            if went:
                self.look(f"{row.name} from {state}")
        return went

    def of_the_house(self):
        with self.stage.played(), of_the_packets():
            self.next_turn()
            build(self.stage.world, "case", "active")
            at_home = places()
            self.begin(len(at_home) * len(HOUSES))
            for place in at_home:
                went = False
                for code in HOUSES:
                    self.next_turn()
                    with self.stage.played():
                        if self.house.attempt(code, "", None, place, Random(code)):
                            went = True
                            self.look(f"{place.name} of {code}")
                if not went:
                    self.left.add(place.name)

    def next_turn(self):
        self.turn += 1
        self.stage.chance.at(self.turn)
