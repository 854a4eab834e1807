"""Somebody is away: whoever covers hears and opens just that, until it is over; nothing is ever nobody's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases import covering
from cases.models import Absence, Case, CaseAssignment, FollowUp, MandatedReport, Release, Wall
from cases.tasks import keep_covers
from orgs import access_index, reminders
from orgs.models import AuditLine, DutyShift, Mailbox, OutboxMessage, Reminder, User
from orgs.record import IllegalMove
from orgs.running import clocks_of
from referrals.models import Intake
from tests.asking import taken_back
from tests.makers import intake as intakes
from tests.makers.case import a_followup, a_person, active_release, open_case
from tests.makers.duty import a_report

NOON = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)


@pytest.fixture
def house(world):
    """The advocate has a case with a promise, a release and a duty, and an intake; the clock is held."""
    world.hold(NOON)
    with world.acting(world.stx.advocate) as advocate:
        world.case = open_case(advocate)
        world.promise = a_followup(world.case, advocate, hours=2)
        world.release = active_release(world.case, world.stt.organization, advocate)
        world.duty = a_report(world.case, advocate)
    with world.acting(world.stx.intake_worker) as desk:
        world.intake = intakes.assigned(desk, world.stx.advocate)
    return world


def arrange(world, days=4, cover=None, begins=NOON):
    with world.acting(world.stx.supervisor) as supervisor:
        who = world.stx.advocate
        times = begins, begins + days * DAY
        return Absence.arrange(who, cover or world.stx.colleague, *times, actor=supervisor)


def tick(world):
    keep_covers()
    with world.acting(world.stx.supervisor):
        reminders.claim()


def heard(world, record):
    with world.acting(world.stx.supervisor):
        mails = OutboxMessage.objects.filter(reminder__subject_id=record.pk).order_by("recipient__email")
        return list(mails.values_list("recipient__email", flat=True))


def opens(world, member):
    with world.acting(member):
        models = (Case, FollowUp, Release, MandatedReport, Intake)
        found = {model.__name__: model.objects.visible_to(member, VERB[model]).count() for model in models}
        return {name for name, count in found.items() if count}


VERB = {Case: "log", FollowUp: "complete", Release: "sign", MandatedReport: "write", Intake: "reach_out"}
ALL = {model.__name__ for model in VERB}


def test_who_covers_can_do_what_cannot_wait_on_just_those_records_and_no_longer(house):
    """C10: the end is the database's, whether or not a worker runs; nothing else of the house opens."""
    colleague = house.stx.colleague
    with house.acting(house.stx.supervisor):
        other = open_case(house.stx.supervisor, person=a_person(house.stx.supervisor, alias="Heron"))
    absence = arrange(house, days=2)
    assert opens(house, colleague) == ALL and opens(house, house.stx.advocate) == ALL
    client = house.client(colleague)
    page = client.get(house.case.get_absolute_url()).content.decode()
    assert "you stand in until" in page and "Give it to someone else" not in page and "Hand off" not in page
    assert client.get(reverse("assign_case", args=[house.case.number])).status_code == 403
    assert client.get(other.get_absolute_url()).status_code == 404
    today = client.get(reverse("today")).content.decode()
    assert "For Advocate (invented)" in today and "Call about the hearing" in today
    with house.acting(house.stx.supervisor):
        line = AuditLine.objects.filter(subject_id=house.case.pk, verb="view").get()
        assert line.permission == "view_case by cover"
        assert not access_index.compare(house.stx.organization.pk).any
    house.hold(absence.ends_at)  # and no worker has run
    assert opens(house, colleague) == set()
    assert client.get(house.case.get_absolute_url()).status_code == 404
    keep_covers()
    with house.acting(house.stx.supervisor):
        assert Absence.objects.get().state == "ended"
        assert Case.objects.get(pk=house.case.pk).covered_by is None
        assert not access_index.compare(house.stx.organization.pk).any
        lines = AuditLine.objects.filter(subject_id=absence.pk).order_by("sequence")
        assert [line.verb for line in lines if line.verb != "view"] == ["arrange", "end"]


def test_it_begins_by_itself_and_what_comes_meanwhile_is_covered_too(house):
    arrange(house, begins=NOON + DAY, days=3)
    assert opens(house, house.stx.colleague) == set()
    house.hold(NOON + DAY)
    keep_covers()
    assert opens(house, house.stx.colleague) == ALL
    with house.acting(house.stx.supervisor):
        assert not access_index.compare(house.stx.organization.pk).any
    with house.acting(house.stx.supervisor) as supervisor:
        later = open_case(supervisor, person=a_person(supervisor, alias="Heron"))
        later.offer(house.stx.advocate, actor=supervisor, directed=True, reason="load")
        assert Case.objects.get(pk=later.pk).covered_by == house.stx.colleague
        later.offer(house.stx.second_supervisor, actor=supervisor, directed=True, reason="load")
        assert Case.objects.get(pk=later.pk).covered_by is None
        assert later not in Case.objects.visible_to(house.stx.colleague)


def test_back_early_takes_everything_back_at_once_and_nothing_that_is_open_is_dropped(house):
    absence = arrange(house)
    client = house.client(house.stx.advocate)
    assert client.post(reverse("end_absence", args=[absence.pk])).status_code == 302
    assert opens(house, house.stx.colleague) == set() and opens(house, house.stx.advocate) == ALL
    house.hold(NOON + timedelta(hours=3))
    tick(house)
    assert heard(house, house.promise) == ["advocate@stx.test"]
    with house.acting(house.stx.supervisor):
        assert Reminder.objects.filter(subject_id=house.promise.pk, fired_at=None).exists()


@pytest.mark.parametrize(
    "why", ["covers", "walled", "cover gone", "cover away", "cover has other work", "cover dormant", "over"]
)
def test_a_reminder_of_somebody_who_is_away_is_never_told_to_nobody(house, why):
    """R42: whoever may not see it hears nothing of it; then the supervisors do."""
    above = ["second_supervisor@stx.test", "supervisor@stx.test"]
    expected = {"covers": ["colleague@stx.test"], "over": ["advocate@stx.test"]}.get(why, above)
    absence = arrange(house, days=1)
    with house.acting(house.stx.supervisor) as supervisor:
        if why == "walled":
            Wall.build(house.case.person, house.stx.colleague, actor=supervisor, reason="other")
        elif why == "cover away":
            times = NOON, NOON + DAY
            User.objects.filter(pk=house.stx.colleague.pk).update(role="advocate")
            Absence.objects.filter(pk=absence.pk).update(cover=house.stx.second_supervisor)
            Absence.arrange(house.stx.colleague, house.stx.supervisor, *times, actor=supervisor)
            Absence.objects.filter(pk=absence.pk).update(cover=house.stx.colleague)
        elif why == "cover gone":
            User.objects.filter(pk=house.stx.colleague.pk).update(is_active=False)
        elif why == "cover dormant":  # C9: whose account opens nothing can do nothing about it
            long_ago = NOON - 91 * DAY
            User.objects.filter(pk=house.stx.colleague.pk).update(last_login=long_ago, joined_at=long_ago)
        elif why == "cover has other work":
            User.objects.filter(pk=house.stx.colleague.pk).update(role="intake_worker")
    house.hold(NOON + (DAY if why == "over" else timedelta(hours=2)))
    tick(house)
    assert heard(house, house.promise) == expected
    with house.acting(house.stx.supervisor):
        lacks = why in ("cover gone", "cover away", "cover has other work", "cover dormant")
        running = Reminder.objects.filter(subject_id=absence.pk, clock="cover_absence", fired_at=None)
        assert running.exists() == lacks
        shown = [rung.names for one in clocks_of(house.case, house.stx.supervisor) for rung in one.rungs]
        assert any("Colleague" in name for names in shown for name in names) == (why == "covers")


def test_the_page_of_clocks_says_ahead_who_will_hear(house):
    arrange(house)
    with house.acting(house.stx.supervisor) as supervisor:
        first = {running.what: running.rungs[0].names for running in clocks_of(house.case, supervisor)}
        assert first["Follow-up"] == ["Colleague (invented)"]


def test_a_question_to_somebody_who_is_away_goes_to_the_supervisors(house):
    with house.acting(house.stx.supervisor) as supervisor:
        case = open_case(supervisor, person=a_person(supervisor, alias="Heron"))
        offer = case.offer(house.stx.advocate, actor=supervisor)
    arrange(house)
    house.hold(NOON + 2 * DAY)
    tick(house)
    assert set(heard(house, offer)) == {"second_supervisor@stx.test", "supervisor@stx.test"}
    with house.acting(house.stx.colleague):
        assert not CaseAssignment.objects.visible_to(house.stx.colleague).exists()


def test_a_wall_wins_over_a_cover_and_the_audit_does_not_tell_of_it(house):
    """R42: what is not covered because of a wall looks in the audit as what is."""
    with house.acting(house.stx.supervisor) as supervisor:
        Wall.build(house.case.person, house.stx.colleague, actor=supervisor, reason="other")
    absence = arrange(house)
    assert opens(house, house.stx.colleague) == {"Intake"}
    with house.acting(house.stx.supervisor) as supervisor:
        written = AuditLine.objects.filter(verb="arrange").get()
        assert written.subject_id == absence.pk
        assert set(written.details) == {"to", "member", "cover", "starts", "ends"}
        Wall.build(house.intake.person, house.stx.colleague, actor=supervisor, reason="other")
        assert Intake.objects.get().covered_by is None
    colleague, supervisor = house.client(house.stx.colleague), house.client(house.stx.supervisor)
    address = absence.get_absolute_url()
    assert house.case.number not in colleague.get(address).content.decode()
    page = supervisor.get(address).content.decode()
    assert house.case.number in page and page.count("with the supervisors meanwhile") == 2
    with house.acting(house.stx.supervisor):
        looks = AuditLine.objects.filter(verb="view", subject_id=absence.pk)
        assert [set(line.details) & {"count"} for line in looks] == [set()] * 2
    with house.acting(house.stx.second_supervisor) as other:
        Wall.build(house.case.person, house.stx.supervisor, actor=other, reason="other")
        Wall.objects.get(person=house.case.person, user=house.stx.colleague).lift(actor=other)
    assert house.case.number not in supervisor.get(address).content.decode()
    keep_covers()  # the wall before the colleague is gone
    assert "Case" in opens(house, house.stx.colleague)


@pytest.mark.parametrize("state", ["away", "cut off"])
def test_where_all_in_a_place_are_away_or_cut_off_the_next_one_up_hears_besides(house, state):
    """R4: at the desk, above it, and at the top, from where it goes to the supervisors again."""
    heads = house.stx.supervisor, house.stx.second_supervisor
    with house.acting(house.stx.administrator):
        DutyShift.objects.all().delete()
        for weekday in range(7):
            DutyShift.objects.create(
                organization=house.stx.organization,
                user=heads[0],
                weekday=weekday,
                starts="06:00",
                ends="23:00",
            )
    with house.acting(heads[0]):
        for one in heads:
            if state == "away":
                Absence.arrange(one, house.stx.colleague, NOON, NOON + 9 * DAY, actor=heads[0])
            else:
                Mailbox.of(one).came_back("5.1.1", refused=False)
        for rung in range(3):
            Reminder.objects.filter(subject_id=house.promise.pk, rung=rung).update(fire_at=NOON)
        packet = Reminder.objects.create(
            organization=house.stx.organization, subject_type="referrals.intake", subject_id=house.intake.pk,
            clock="first_outreach", version=9, rung=0, started_at=NOON, due_at=NOON, fire_at=NOON,
            team="intake_worker",
        )  # fmt: skip
        reminders.claim()
        top = house.stx.administrator
        for clock, rung in (("follow_up", 1), ("follow_up", 2), (packet.clock, 0)):
            mails = OutboxMessage.objects.filter(reminder__clock=clock, reminder__rung=rung)
            mails = mails.filter(reminder__version__in=(1, packet.version))
            assert mails.filter(recipient=top).exists(), (clock, rung)
        Mailbox.of(top).came_back("5.1.1", refused=False)
        for one in heads:
            Mailbox.of(one).heal(actor=one)
        Absence.objects.update(state="ended")
        Reminder.objects.filter(subject_id=house.promise.pk, fired_at=None).update(fire_at=NOON)
        reminders.claim()
        last = OutboxMessage.objects.filter(reminder__subject_id=house.promise.pk, reminder__rung=3)
        assert {one.recipient for one in last} == {top, *heads}


def test_an_advocate_proposes_and_a_supervisor_decides(house):
    """C10: nobody gives anybody access by saying so; until a supervisor has decided a clock runs."""
    client, boss = house.client(house.stx.advocate), house.client(house.stx.supervisor)
    said = {"first_day": "2026-11-24", "last_day": "2026-11-27", "cover": house.stx.colleague.pk}
    page = client.post(reverse("begin_absence"), {**said, "last_day": "2026-11-22"}).content.decode()
    assert "not before the first" in page and "2026-11-24" in page
    address = client.post(reverse("begin_absence"), said).url
    assert opens(house, house.stx.colleague) == set()
    with house.acting(house.stx.supervisor):
        absence = Absence.objects.get()
        running = Reminder.objects.filter(subject_id=absence.pk, fired_at=None)
        assert set(running.values_list("clock", "team")) == {("cover_absence", "supervisor")}
    assert house.client(house.stx.intake_worker).get(address).status_code == 404
    assert client.post(reverse("direct_absence", args=[absence.pk])).status_code == 403
    assert "Absences that nobody covers yet" in boss.get(reverse("board")).content.decode()
    lists = [who.get(reverse("absences")).content.decode() for who in (boss, client)]
    assert ["Decide…" in page for page in lists] == [True, False]
    assert boss.post(reverse("direct_absence", args=[absence.pk]), said).status_code == 302
    with house.acting(house.stx.supervisor):
        assert Absence.objects.get().state == "standing"
        running = Reminder.objects.filter(subject_id=absence.pk, fired_at=None)
        assert set(running.values_list("clock", flat=True)) == {"know_cover"}
    for who in (house.stx.intake_worker, house.stx.colleague):
        assert "Advocate (invented)" in house.client(who).get(reverse("absences")).content.decode()
    assert house.client(house.stx.administrator).get(reverse("absences")).status_code == 404
    clash = {"who": house.stx.colleague.pk, "cover": house.stx.advocate.pk} | {
        name: said[name] for name in ("first_day", "last_day")
    }
    assert "away themselves" in boss.post(reverse("begin_absence"), clash).content.decode()
    again = {**clash, "who": house.stx.advocate.pk, "cover": house.stx.second_supervisor.pk}
    assert (
        "away in a part of that time already" in boss.post(reverse("begin_absence"), again).content.decode()
    )


def test_the_moves_refuse_what_the_form_would_and_the_database_holds_the_rest(house):
    absence = arrange(house)
    with house.acting(house.stx.supervisor) as supervisor:
        for who, cover in (
            (house.stx.advocate, house.stx.second_supervisor),
            (supervisor, house.stx.advocate),
        ):
            with taken_back(), pytest.raises(IllegalMove):
                Absence.arrange(who, cover, NOON, NOON + DAY, actor=supervisor)
        for wrong in (
            {"cover": house.stx.advocate},
            {"ends_at": NOON - DAY},
            {"ends_at": NOON + 400 * DAY},
            {"directed_by": None},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Absence.objects.filter(pk=absence.pk).update(**wrong)
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=house.case.pk).update(covered_until=None)
        absence.change(house.stx.second_supervisor, ends_at=NOON + 2 * DAY, actor=supervisor)
        assert Case.objects.get(pk=house.case.pk).covered_by == house.stx.second_supervisor
        assert covering.running()[house.stx.advocate.pk].until == NOON + 2 * DAY
    assert opens(house, house.stx.colleague) == set()


def rings_for_cover(house, absence):
    with house.acting(house.stx.supervisor):
        reminders.claim()
        mails = OutboxMessage.objects.filter(reminder__subject_id=absence.pk, reminder__clock="know_cover")
        return {(mail.reminder.rung, mail.recipient.email) for mail in mails}


def test_whoever_covers_is_told_at_once_and_says_that_they_know(house):
    """R38: a mail with the constant text, a row where their day begins, and a press that stops the clock."""
    here, ahead = house.stx, NOON + 3 * DAY
    absence = arrange(house, begins=ahead)
    assert rings_for_cover(house, absence) == {(0, here.colleague.email)}
    client, line = house.client(here.colleague), "has not said that they know"
    assert line in client.get(reverse("today")).content.decode()
    assert line not in house.client(here.advocate).get(reverse("today")).content.decode()
    page = client.get(absence.get_absolute_url()).content.decode()
    url = reverse("confirm_absence", args=[absence.pk])
    assert "I have seen it" in page and url in page
    assert "I have seen it" in client.get(reverse("absences")).content.decode()
    for other in (here.advocate, here.supervisor):
        assert house.client(other).post(url).status_code == 403
    assert house.client(here.administrator).post(url).status_code == 404
    assert client.post(url).status_code == client.post(url).status_code == 302
    assert line not in client.get(reverse("today")).content.decode()
    with house.acting(here.supervisor):
        assert not Reminder.objects.filter(subject_id=absence.pk, fired_at=None).exists()
        assert AuditLine.objects.filter(verb="confirm", actor_id=here.colleague.pk).count() == 2
    house.hold(ahead + DAY)
    assert rings_for_cover(house, absence) == {(0, here.colleague.email)}


def test_where_whoever_covers_says_nothing_the_supervisors_hear_when_it_begins(house):
    """Nothing is dropped: not before, on the rungs after it, and never less; another cover is asked anew."""
    here, ahead = house.stx, NOON + DAY
    leaders = {here.supervisor.email, here.second_supervisor.email}
    absence = arrange(house, begins=ahead)
    house.hold(ahead - timedelta(minutes=1))
    assert {who for _, who in rings_for_cover(house, absence)} == {here.colleague.email}
    house.hold(ahead + timedelta(minutes=1))
    heard = rings_for_cover(house, absence)
    assert {who for rung, who in heard if rung == 1} == leaders
    house.hold(ahead + 3 * DAY)
    assert max(rung for rung, _ in rings_for_cover(house, absence)) >= 3
    with house.acting(here.supervisor) as boss:
        absence.change(cover=here.second_supervisor, actor=boss)
        fresh = Reminder.objects.filter(subject_id=absence.pk, clock="know_cover", fired_at=None)
        assert set(fresh.values_list("owner", flat=True)) == {here.second_supervisor.pk}
        absence.change(cover=boss, actor=boss)
        assert not fresh.exists(), "who arranges it for themselves knows"
