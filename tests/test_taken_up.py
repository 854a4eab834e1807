"""What is given to somebody unasked waits until they have taken it up, with a clock that never gives up."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import Absence, Case, Wall
from orgs import clock, outbox, reminders, running
from orgs.models import OutboxMessage, Reminder
from orgs.record import IllegalMove
from orgs.tenancy import acting_for
from referrals import board, caseload, desk
from referrals.models import Handoff, Intake
from tests.makers import handoff as handoffs
from tests.makers import intake as intakes
from tests.makers.case import open_case
from tests.noninterference.stage import NOON

CLOCK = "take_up_work"


@pytest.fixture
def house(world):
    world.hold(NOON)
    return world


def directed(world, to=None, **terms):
    """A case of the advocate's that a supervisor has given to another."""
    here = world.stx
    with world.acting(here.advocate) as me:
        case = open_case(me, **terms)
    with world.acting(here.supervisor) as boss:
        case.offer(to or here.colleague, actor=boss, directed=True, reason="load")
    return case


def fresh(case):
    return type(case).objects.get(pk=case.pk)


def moved(world, count=3):
    """A caseload of so many cases and an intake, from the advocate to the colleague."""
    here = world.stx
    with world.acting(here.advocate) as me:
        for n in range(count):
            open_case(me, priority="high_risk" if n == 0 else "standard")
    with world.acting(here.intake_worker) as front:
        intakes.assigned(front, here.advocate)
    with world.acting(here.supervisor) as boss:
        return caseload.move(here.advocate, [here.colleague], actor=boss, reason="leaving")


def todays(member):
    panels = desk.today(member)
    return [row for name in ("past", "due", "given", "coming") for row in panels[name].all]


def test_a_directed_case_is_on_the_day_of_whom_it_was_given_to_until_they_have_it(house):
    case = directed(house)
    client = house.client(house.stx.colleague)
    page = client.get(reverse("today")).content.decode()
    assert f"Case {case.number} was given to you" in page and "I have it" in page
    assert page.index("Asked of you, or given to you") < page.index("Due today"), "news stands first"
    assert "This was given to you" in client.get(case.get_absolute_url()).content.decode()
    answer = client.post(reverse("take_up_case", args=[case.number]))
    assert answer.status_code == 302
    assert "was given to you" not in client.get(reverse("today")).content.decode()
    with house.acting(house.stx.colleague):
        assert not Reminder.objects.filter(clock=CLOCK, fired_at=None).exists()
    again = client.post(reverse("take_up_case", args=[case.number]))
    assert again.status_code == 409 and "taken it up already" in again.content.decode()


@pytest.mark.parametrize("priority", ["crisis", "standard"])
def test_the_clock_tells_them_at_once_and_climbs_and_never_gives_up(house, priority):
    """Whoever must act at once, then the supervisors, then the administrator too, and these daily."""
    here, case = house.stx, directed(house, priority=priority)
    seen = []
    for _ in range(6):
        with house.acting(here.supervisor):
            rung = Reminder.objects.filter(clock=CLOCK, fired_at=None).order_by("rung").first()
            house.hold(max(rung.fire_at, clock.now()) + timedelta(seconds=1))
        with house.acting(here.supervisor):
            before = set(OutboxMessage.objects.values_list("pk", flat=True))
            reminders.claim()
            mails = OutboxMessage.objects.exclude(pk__in=before).filter(reminder__clock=CLOCK)
            seen.append({row.recipient for row in mails})
    both = {here.supervisor, here.second_supervisor}
    assert seen == [{here.colleague}, both, both, *3 * [both | {here.administrator}]]
    with house.acting(here.supervisor) as boss:
        names = [one.what for one in running.clocks_of(fresh(case), boss)]
        assert "Take up what a supervisor gave to somebody" in names


def test_the_first_rung_rings_at_once(house):
    directed(house)
    with house.acting(house.stx.colleague):
        first = Reminder.objects.get(clock=CLOCK, rung=0)
        assert first.fire_at == first.started_at == clock.now()


def test_forty_that_arrive_together_are_one_row_one_mail_and_one_press(house):
    """A caseload that was moved: one line on Today, one mail of one sentence, one press (R38)."""
    here = house.stx
    moved(house, count=5)
    with house.acting(here.colleague) as me:
        rows = [row for row in todays(me) if row.kind == "arrived"]
        assert len(rows) == 1 and len(rows[0].record.given) == 6
        assert desk.what_waits(me) == desk.counted(desk.today(me))
        reminders.claim()
        rung = OutboxMessage.objects.filter(reminder__clock=CLOCK)
        assert {row.recipient for row in rung} == {me} and rung.count() == 6
    mail.outbox.clear()
    with acting_for(here.organization.pk):
        outbox.gather()
        while outbox.deliver():
            pass
    assert len([one for one in mail.outbox if one.to == [here.colleague.email]]) == 1
    client = house.client(here.colleague)
    page = client.get(reverse("today")).content.decode()
    assert "6 were given to you together" in page and page.count("I have all of them") == 1
    given = rows[0].record.mark
    assert client.post(reverse("take_up_all"), {"given": given}).status_code == 302
    with house.acting(here.colleague) as me:
        assert not [row for row in todays(me) if row.kind == "arrived"]
        assert not Reminder.objects.filter(clock=CLOCK, fired_at=None).exists()
    answer = client.post(reverse("take_up_all"), {"given": given}, follow=True)
    assert "Nothing of it waits for you any more" in answer.content.decode()


@pytest.mark.parametrize("given", ["", "nonsense", "2026-13-45T00:00", "0001-01-01T00:00:00+23:00"])
def test_a_press_that_says_no_moment_takes_nothing_up(house, given):
    directed(house)
    client = house.client(house.stx.colleague)
    assert client.post(reverse("take_up_all"), {"given": given}).status_code == 302
    with house.acting(house.stx.colleague) as me:
        assert Case.objects.of(me).handed().count() == 1


def test_one_press_takes_up_what_came_together_and_nothing_else(house):
    first = directed(house)
    house.forward(minutes=5)
    second = directed(house)
    with house.acting(house.stx.colleague) as me:
        arrived = [row.record for row in todays(me) if row.kind == "arrived"]
        assert [one.numbers for one in arrived] == [[first.number], [second.number]]
    house.client(house.stx.colleague).post(reverse("take_up_all"), {"given": arrived[0].mark})
    with house.acting(house.stx.colleague) as me:
        assert [case.number for case in Case.objects.of(me).handed()] == [second.number]


def test_nobody_is_asked_what_they_know_already(house):
    """An offer that was accepted, and what one takes for oneself, were seen."""
    here = house.stx
    with house.acting(here.advocate) as me:
        case = open_case(me)
        case.offer(here.colleague, actor=me).accept(actor=here.colleague)
        assert not Case.objects.handed().exists()
    with house.acting(here.supervisor) as boss:
        fresh(case).offer(boss, actor=boss, directed=True, reason="load")
        assert not Case.objects.handed().exists()
        assert not Reminder.objects.filter(clock=CLOCK).exists()


def test_what_goes_on_to_another_is_theirs_to_take_up(house):
    here, case = house.stx, directed(house)
    house.forward(minutes=10)
    with house.acting(here.supervisor) as boss:
        fresh(case).offer(here.advocate, actor=boss, directed=True, reason="load")
        rung = Reminder.objects.get(clock=CLOCK, rung=0, fired_at=None)
        assert (rung.owner, rung.started_at) == (here.advocate, clock.now())
    assert house.client(here.colleague).post(reverse("take_up_case", args=[case.number])).status_code == 404
    assert house.client(here.advocate).post(reverse("take_up_case", args=[case.number])).status_code == 302


def test_nobody_says_it_for_them(house):
    """A supervisor, and whoever gave it, may look and not say it."""
    here, case = house.stx, directed(house)
    address = reverse("take_up_case", args=[case.number])
    for member in (here.supervisor, here.second_supervisor):
        assert house.client(member).post(address).status_code == 403
    with house.acting(here.supervisor) as boss, pytest.raises(IllegalMove):
        fresh(case).take_up(actor=boss)


def away(world, days=3):
    """The colleague is away, and the advocate stands in."""
    here, now = world.stx, clock.now()
    with world.acting(here.supervisor) as boss:
        return Absence.arrange(here.colleague, here.advocate, now, now + timedelta(days=days), actor=boss)


@pytest.mark.parametrize("first", ["away", "given"])
def test_whoever_stands_in_is_told_sees_it_and_can_say_it(house, first):
    """The rung goes to whoever stands in: it is on their day, and one press there or on its page ends it."""
    here = house.stx
    if first == "away":
        away(house)
        case = directed(house)
    else:
        case = directed(house)
        away(house)
    with house.acting(here.supervisor):
        reminders.claim()
        told = OutboxMessage.objects.filter(reminder__clock=CLOCK)
        assert {row.recipient for row in told} == {here.advocate}
    client = house.client(here.advocate)
    page = client.get(reverse("today")).content.decode()
    assert f"Case {case.number} was given to {here.colleague.name}" in page
    assert "You stand in for them" in client.get(case.get_absolute_url()).content.decode()
    assert client.post(reverse("take_up_case", args=[case.number])).status_code == 302
    with house.acting(here.colleague):
        assert fresh(case).handed_at is None and fresh(case).assigned_to == here.colleague
        assert not Reminder.objects.filter(clock=CLOCK, fired_at=None).exists()
    assert f"Case {case.number} was given to" not in client.get(reverse("today")).content.decode()


def test_one_press_takes_up_for_whom_one_stands_in_and_nothing_of_ones_own(house):
    here = house.stx
    with house.acting(here.advocate) as me:
        given, own = open_case(me), open_case(me)
    moved(house, count=2)
    away(house)
    with house.acting(here.colleague) as me:
        theirs = open_case(me)
    with house.acting(here.supervisor) as boss:
        fresh(theirs).offer(here.advocate, actor=boss, directed=True, reason="load")
        Case.objects.filter(pk=theirs.pk).update(handed_at=Case.objects.get(pk=given.pk).handed_at)
    with house.acting(here.advocate) as me:
        [(_absence, panel)] = desk.covering(me, clock.now())
        [row] = [row for row in panel.all if row.kind == "arrived"]
        assert {given.number, own.number} < set(
            row.record.numbers
        ) and theirs.number not in row.record.numbers
    client, mark = house.client(here.advocate), row.record.mark
    whose = str(here.colleague.pk)
    for wrong in (str(here.supervisor.pk), str(here.administrator.pk)):
        client.post(reverse("take_up_all"), {"given": mark, "whose": wrong})
    with house.acting(here.colleague) as me:
        assert Case.objects.of(me).handed().count() == 4
    client.post(reverse("take_up_all"), {"given": mark, "whose": whose})
    with house.acting(here.colleague) as me:
        assert not Case.objects.of(me).handed().exists() and not Intake.objects.handed().exists()
        assert Case.objects.of(here.advocate).handed().count() == 1


def test_it_is_theirs_to_say_no_longer_than_they_stand_in(house):
    here, case = house.stx, directed(house)
    away(house, days=3)
    house.forward(days=4)  # whether or not a worker ran
    client = house.client(here.advocate)
    assert client.post(reverse("take_up_case", args=[case.number])).status_code == 404
    with house.acting(here.advocate) as me, pytest.raises(IllegalMove):
        fresh(case).take_up(actor=me)
    client.post(
        reverse("take_up_all"),
        {"given": fresh_mark(house, case), "whose": str(here.colleague.pk)},
    )
    with house.acting(here.colleague) as me:
        assert Case.objects.of(me).handed().count() == 1


def fresh_mark(world, case):
    with world.acting(world.stx.colleague):
        return fresh(case).handed_at.isoformat()


def test_whoever_stands_in_and_is_walled_from_it_sees_nothing_of_it(house):
    """R42: neither on their day nor by a press."""
    here = house.stx
    away(house)
    case = directed(house)
    with house.acting(here.supervisor) as boss:
        Wall.build(fresh(case).person, here.advocate, actor=boss, reason="other")
    client = house.client(here.advocate)
    assert case.number not in client.get(reverse("today")).content.decode()
    assert client.post(reverse("take_up_case", args=[case.number])).status_code == 404
    client.post(reverse("take_up_all"), {"given": fresh_mark(house, case), "whose": str(here.colleague.pk)})
    with house.acting(here.colleague):
        assert fresh(case).handed_at is not None


def test_what_was_not_taken_up_waits_on_when_a_supervisor_makes_a_case_of_it(house):
    """Nobody's press but theirs ends the clock: the case begins it anew with whoever has it."""
    here = house.stx
    with house.acting(here.intake_worker) as front:
        intake = intakes.in_state("engaged", front, here.advocate)
    with house.acting(here.supervisor) as boss:
        caseload.move(here.advocate, [here.colleague], actor=boss, reason="leaving")
    assert (
        house.client(here.supervisor).post(reverse("open_case_intake", args=[intake.number])).status_code
        == 302
    )
    with house.acting(here.colleague) as me:
        case = Case.objects.get()
        assert (case.assigned_to, case.handed_by) == (me, here.supervisor) and case.handed_at
        assert Reminder.objects.filter(clock=CLOCK, subject_id=case.pk, fired_at=None).exists()
        assert [row.record.numbers for row in todays(me) if row.kind == "arrived"] == [[case.number]]


def test_a_case_that_one_opens_for_oneself_was_seen(house):
    with house.acting(house.stx.advocate) as me:
        assert open_case(me).handed_at is None and not Reminder.objects.filter(clock=CLOCK).exists()


def test_what_another_accepts_for_them_from_the_other_island_waits_for_them(house):
    made = handoffs.submitted(house)
    with house.acting(house.stx.supervisor) as boss:
        Handoff.objects.get(pk=made.pk).offer(actor=boss)
    there = house.stt
    with house.acting(there.supervisor) as boss:
        handoff = Handoff.objects.get(pk=made.pk)
        handoff.acknowledge(actor=boss)
        handoff.accept(there.advocate, actor=boss)
        case = Case.objects.get()
        assert case.handed_at and case.handed_by == boss
        reminders.claim()
        told = OutboxMessage.objects.filter(reminder__clock=CLOCK)
        assert {row.recipient for row in told} == {there.advocate}
    page = house.client(there.advocate).get(reverse("today")).content.decode()
    assert f"Case {case.number} was given to you" in page


def test_a_case_that_is_opened_again_is_taken_up_again(house):
    here = house.stx
    with house.acting(here.advocate) as me:
        case = open_case(me)
        case.request_closure("goals_met", actor=me)
        case.close(actor=here.supervisor)
        assert not Reminder.objects.filter(clock=CLOCK).exists()
        case.reopen(actor=here.supervisor)
        assert list(Case.objects.of(me).handed()) == [case]


def test_a_wall_ends_it_and_the_supervisors_hear(house):
    """R42: whoever is walled lets go of it, with its clock; nothing of it is on their day."""
    here, case = house.stx, directed(house)
    with house.acting(here.supervisor) as boss:
        Wall.build(fresh(case).person, here.colleague, actor=boss, reason="other")
        found = fresh(case)
        assert (found.assigned_to, found.handed_at, found.handed_by) == (None, None, None)
        assert not Reminder.objects.filter(clock=CLOCK, fired_at=None).exists()
        assert [row.record.number for row in todays(boss) if row.kind == "nobody"] == [case.number]
    page = house.client(here.colleague).get(reverse("today")).content.decode()
    assert case.number not in page


def test_supervisors_see_what_was_not_taken_up(house):
    """R42: on the board and in the caseload, less what they are walled from."""
    here = house.stx
    moved(house, count=2)
    with house.acting(here.supervisor) as boss:
        rows = [row.record.number for row in board.board(boss)["clocks"].all if row.kind == "handed"]
        assert sorted(rows) == ["C-0001", "C-0002", "I-0001"]
        Wall.build(
            Case.objects.get(number="C-0001").person, here.second_supervisor, actor=boss, reason="other"
        )
    with house.acting(here.second_supervisor) as other:
        rows = [row.record.number for row in board.board(other)["clocks"].all if row.kind == "handed"]
        assert sorted(rows) == ["C-0002", "I-0001"]
    client = house.client(here.supervisor)
    assert client.get(reverse("board")).content.decode().count("not taken up yet") == 3
    listed = client.get(reverse("caseload") + "?state=handed").content.decode()
    assert "C-0001" in listed and "not taken up yet" in listed
    with house.acting(here.colleague) as me:
        Case.objects.get(number="C-0001").take_up(actor=me)
    assert "C-0001" not in client.get(reverse("caseload") + "?state=handed").content.decode()


def test_an_intake_that_came_with_a_caseload_is_taken_up_on_its_page(house):
    moved(house, count=0)
    client = house.client(house.stx.colleague)
    assert "Intake I-0001 was given to you" in client.get(reverse("today")).content.decode()
    assert "I have it" in client.get(reverse("view_intake", args=["I-0001"])).content.decode()
    assert client.post(reverse("take_up_intake", args=["I-0001"])).status_code == 302
    with house.acting(house.stx.colleague):
        assert Intake.objects.get().handed_at is None


@pytest.mark.parametrize("wrong", [{"handed_by": None}, {"handed_at": None}, {"assigned_to": None}])
def test_the_database_holds_that_somebody_gave_it_to_somebody(house, wrong):
    case = directed(house)
    with house.acting(house.stx.supervisor), pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**wrong)
