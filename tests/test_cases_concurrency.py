"""Two at once: after a release is taken back nothing is told, and no case closes over a fresh promise."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from cases.models import Case, Disclosure, Release
from cases.models.case import StillOpen
from cases.signing import NotReleased
from orgs import clock, reminders
from orgs.models import Reminder
from orgs.record import IllegalMove
from tests.makers.case import a_followup, active_release, open_case


def in_another_connection(world, member, act):
    """Start `act` as `member` in a thread with a connection of its own; returns (thread, what came of it)."""
    came = []

    def run():
        try:
            with world.acting(member):
                came.append(act())
        except Exception as error:  # noqa: BLE001 - whatever happened there is the answer here
            came.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def tell(release):
    return Release.objects.get(pk=release.pk).disclose(
        actor=release.made_by, categories=["SAFETY"], what="x", method="system"
    )


def test_who_tells_while_it_is_being_taken_back_is_refused(committed):
    """R20: the one who tells waits for the withdrawal under way, and then tells nothing."""
    me = committed.stx.advocate
    with committed.acting(me):
        release = active_release(open_case(me), committed.stt.organization, me)
    begun = threading.Event()

    def late():
        stale = Release.objects.get(pk=release.pk)
        assert stale.is_open
        begun.set()
        return stale.disclose(actor=me, categories=["SAFETY"], what="x", method="system")

    with committed.acting(me):
        Release.objects.get(pk=release.pk).revoke(actor=me)
        thread, came = in_another_connection(committed, me, late)
        assert begun.wait(10)
        thread.join(0.5)
        assert thread.is_alive() and not came  # it waits for the row
    thread.join(10)
    assert isinstance(came[0], NotReleased)
    with committed.acting(me):
        assert not Disclosure.objects.exists()


def test_after_a_withdrawal_is_committed_no_telling_succeeds(committed):
    """R20, R26: while many tell and one takes back, every line of the ledger is older than that."""
    me = committed.stx.advocate
    with committed.acting(me):
        release = active_release(open_case(me), committed.stt.organization, me)
        assert release.made_by == me
    tellers = [in_another_connection(committed, me, lambda: tell(release)) for _ in range(4)]
    with committed.acting(me):
        Release.objects.get(pk=release.pk).revoke(actor=me)
    after = [in_another_connection(committed, me, lambda: tell(release)) for _ in range(4)]
    for thread, _came in (*tellers, *after):
        thread.join(20)
    assert all(isinstance(came[0], Disclosure | NotReleased) for _thread, came in tellers)
    assert all(isinstance(came[0], NotReleased) for _thread, came in after)
    told = [came[0] for _thread, came in tellers if isinstance(came[0], Disclosure)]
    with committed.acting(me):
        assert Disclosure.objects.count() == len(told)


def test_a_case_does_not_close_over_a_promise_made_meanwhile(committed):
    me, boss = committed.stx.advocate, committed.stx.supervisor
    with committed.acting(me):
        case = open_case(me)
        case.request_closure("goals_met", actor=me)
    with committed.acting(boss):
        Case.objects.get(pk=case.pk).promise("Call", clock.now(), actor=me)
        thread, came = in_another_connection(
            committed, boss, lambda: Case.objects.get(pk=case.pk).close(actor=boss)
        )
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    assert isinstance(came[0], StillOpen)


def test_two_accept_and_one_has_it(committed):
    me, colleague = committed.stx.advocate, committed.stx.colleague
    with committed.acting(me):
        case = open_case(me)
        offer = case.offer(colleague, actor=me)

    def accept():
        return type(offer).objects.get(pk=offer.pk).accept(actor=colleague)

    both = [in_another_connection(committed, colleague, accept) for _ in range(2)]
    for thread, _came in both:
        thread.join(20)
    answers = [came[0] for _thread, came in both]
    assert sorted(isinstance(answer, IllegalMove) for answer in answers) == [False, True]
    with committed.acting(me), transaction.atomic():
        case.refresh_from_db()
        assert case.assigned_to == colleague and case.assignments.filter(state="accepted").count() == 1


@pytest.fixture(autouse=True)
def _own_members(committed):
    """Members are found here, before a thread asks for them."""
    for who in ("advocate", "colleague", "supervisor"):
        with transaction.atomic():
            getattr(committed.stx, who)
    committed.stt.organization  # noqa: B018 - finding it is the point


def test_rungs_ring_in_their_order_whoever_has_the_one_below_in_hand(committed):
    """Two workers at once: the second leaves the rungs above alone until the first has told the one below."""
    me = committed.stx.advocate
    with committed.acting(me):
        a_followup(open_case(me), me)
    late = committed.now + timedelta(days=40)

    def rungs_that_rang():
        return list(ladder.exclude(fired_at=None).order_by("rung").values_list("rung", flat=True))

    def second_worker():
        committed.hold(late)
        reminders.claim()
        return rungs_that_rang()

    ladder = Reminder.objects.filter(clock="follow_up", organization=me.organization)
    committed.hold(late)
    with committed.acting(me):
        assert reminders.claim(only=ladder.get(rung=0).pk)[0] == 1
        thread, came = in_another_connection(committed, me, second_worker)
        thread.join(10)
        assert came == [[]]
    thread, came = in_another_connection(committed, me, second_worker)
    thread.join(10)
    assert came == [[0, 1, 2, 3]]


def test_a_rung_never_says_that_it_rang_before_the_one_below(committed):
    """Whoever began a moment before the one who told the rung below leaves its own to the next; but a clock
    that was set back stops nothing."""
    me = committed.stx.advocate
    with committed.acting(me):
        a_followup(open_case(me), me)
    late = committed.now + timedelta(days=40)
    ladder = Reminder.objects.filter(clock="follow_up", organization=me.organization)
    committed.hold(late)
    with committed.acting(me):
        assert reminders.claim(only=ladder.get(rung=0).pk)[0] == 1
    for moment, rang in ((late - timedelta(seconds=1), 1), (late - timedelta(hours=3), 4)):
        committed.hold(moment)
        with committed.acting(me):
            reminders.claim()
            assert ladder.exclude(fired_at=None).count() == rang
