"""Whatever both houses do with a handoff, in whatever order, whatever crashes in between: one is responsible.

More than in the ordinary suite: `HANDOFF_EXAMPLES=400 pytest -n 0 tests/test_handoff_model.py`.
"""

import os
from contextlib import contextmanager

import psycopg
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cases.models import Case, Disclosure, Release
from orgs.models import AuditLine, Reminder
from orgs.record import IllegalMove
from referrals.models import Handoff, HandoffFile
from referrals.models.handing import UNDER_RELEASE
from referrals.models.handoff import MOVES
from tests.makers import handoff as make
from tests.test_handoff_moves import MOVE, member

EXAMPLES = int(os.environ.get("HANDOFF_EXAMPLES", "6"))
GOES_ON = {
    "draft": ("submit",),
    "returned": ("submit",),
    "supervisor_review": ("offer",),
    "offered": ("acknowledge",),
    "acknowledged": ("accept",),
    "accepted": ("confirm", "confirm_there"),
    "connected": ("complete",),
}
ACTS = MOVE | {
    "confirm_there": ("stt.advocate", MOVE["confirm"][1]),
    "pass_on_there": ("stt.supervisor", lambda h, m, w: h.pass_on(w.stt.colleague, actor=m)),
    "revoke": ("stx.advocate", lambda h, m, w: h.own_file().release.revoke(actor=m)),
}
MOVE_OF = {"confirm_there": "confirm", "pass_on_there": "pass_on"}
# A crash: after how many statements, and whether the connection is cut or the code fails.
CRASHES = st.none() | st.tuples(st.integers(1, 40), st.booleans())


class Crash(Exception):
    """The process dies here."""


@contextmanager
def crashing(after, cut):
    """Nothing that is done in the block comes to an end: after so many statements it fails, or is cut off."""
    left = [after]

    def count(execute, sql, params, many, context):
        left[0] -= 1
        if left[0] < 0:
            if cut:
                with connection.connection.cursor() as raw:
                    raw.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            raise Crash
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


class Model:
    """What must be, in ten lines: the state, who has spoken, whether the release stands, what has left."""

    def __init__(self):
        self.state, self.spoken, self.release, self.left, self.aside = "draft", set(), True, 0, False
        self.answered = False  # whether the receiver has said what becomes of its case, after a recall
        self.asked = False  # whether the receiver's advocate was asked for a call
        self.taken = False  # whether the receiver has ever accepted: before that nobody there works it

    def may(self, act):
        if act == "revoke":
            return self.release
        starts, _ends = MOVES[MOVE_OF.get(act, act)]
        spoke = act in self.spoken or (act == "put_away" and (self.aside or self.state == "accepted"))
        needs = act in ("offer", "acknowledge", "accept", "confirm", "confirm_there", "agree_call")
        needs = needs or act == "propose_call"
        early = act == "pass_on_there" and not self.taken
        spoke = spoke or (act == "agree_call" and not self.asked)
        spoke = spoke or act == "tell_plan"  # no plan changes here
        spoke = spoke or (act == "answer_recall" and (not self.taken or self.answered))
        return self.state in starts and not spoke and not early and (self.release or not needs)

    def do(self, act):
        if act == "revoke":
            self.release = False
            self.state = "recalled" if self.state in UNDER_RELEASE else self.state
        elif act in ("confirm", "confirm_there"):
            self.spoken.add(act)
            self.state = "connected" if len(self.spoken) == 2 else self.state
        else:
            self.state = MOVES[MOVE_OF.get(act, act)][1] or self.state
        self.asked = act == "propose_call" or (self.asked and act != "agree_call")
        self.taken |= act == "accept"
        self.answered |= act == "answer_recall"
        self.left += act == "offer"
        self.aside |= act in ("put_away", "recall")


def test_one_organization_is_responsible_and_nothing_leaves_without_its_line(committed):
    """R10, R26: at each moment, in any order of moves, with crashes in the middle of any of them."""
    world = committed

    class Handing(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            self.handoff, self.model = make.draft(world), Model()

        @rule(which=st.integers(0, 9), crash=CRASHES)
        def go_on(self, which, crash):
            there = GOES_ON.get(self.model.state)
            if there:
                self.act(there[which % len(there)], crash)

        @rule(act=st.sampled_from(sorted(ACTS)), crash=CRASHES)
        def act(self, act, crash):
            who, do = ACTS[act]
            if self.model.left == 0 and who.startswith("stt"):
                return  # nothing is there that they could touch; the invariant says so
            handoff = Handoff(pk=self.handoff.pk)
            may = self.model.may(act)
            try:
                with world.acting(member(world, who)) as actor:
                    handoff = Handoff.objects.get(pk=handoff.pk)
                    with crashing(*crash) if crash else transaction.atomic():
                        do(handoff, actor, world)
                came = True
            except (Crash, DatabaseError, psycopg.OperationalError):
                assert crash, act
                came = False
                connection.close()
            except IllegalMove:
                assert not may, act
                came = False
            if came:
                assert may, (act, self.model.state)
                self.model.do(act)

        @invariant()
        def one_is_responsible(self):
            seen = {}
            for house in (world.stx, world.stt):
                with world.acting(house.supervisor):
                    one = Handoff.objects.filter(pk=self.handoff.pk).first()
                    files = HandoffFile.objects.filter(handoff=self.handoff.pk).count()
                    lines = AuditLine.objects.filter(subject_id=self.handoff.pk, verb="offer").count()
                    runs = Reminder.objects.filter(subject_id=self.handoff.pk, fired_at=None).exists()
                    seen[house.organization.code] = one, files, lines, runs
            (mine, *ours), (theirs, letters, told, rings) = seen["stx"], seen["stt"]
            assert mine.state == self.model.state
            assert (mine.responsible_id == world.stt.organization.pk) == (len(self.model.spoken) == 2)
            assert (theirs is not None) == (self.model.left > 0)
            assert theirs is None or theirs.responsible_id == mine.responsible_id
            with world.acting(world.stx.supervisor):
                under = Disclosure.objects.filter(subject_id=self.handoff.pk)
                released = Release.objects.filter(pk__in=under.values("release"))
                assert under.count() == letters == told == ours[1] == self.model.left == released.count()
                assert Case.objects.filter(handoff_files__handoff=self.handoff.pk).count() == 1
            at_rest = self.model.aside or self.model.state in ("draft", "discarded", "completed", "declined")
            assert ours[2] or rings or at_rest, f"nobody hears of {self.model.state}"

    run_state_machine_as_test(
        Handing,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
