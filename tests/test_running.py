"""The page of a record's clocks: it says beforehand who will hear, and then exactly they do."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.models import Wall
from orgs import clock, reminders, running
from orgs.models import DutyShift, OutboxMessage, User
from orgs.words import local
from tests.asking import QUERIES, listed, page_asked
from tests.makers import handoff as handoffs
from tests.makers.case import a_followup, active_release, open_case
from tests.makers.duty import a_report
from tests.makers.intake import in_state
from tests.makers.referral import sent


def said(record, member):
    return {one.what: one for one in running.clocks_of(record, member)}


def climb(world, member, record, name, rungs=5):
    """Ring each rung of a clock in its time: [(the names that the page said, those who got a mail)]."""
    seen = []
    for _ in range(rungs):
        with world.acting(member):
            one = next(one for one in running.clocks_of(record, member) if one.what == name)
            ahead = next(rung for rung in one.rungs if not rung.told)
        world.hold(max(ahead.at, clock.now()) + timedelta(seconds=1))
        with world.acting(member):
            before = set(OutboxMessage.objects.values_list("pk", flat=True))
            reminders.claim()
            mails = OutboxMessage.objects.exclude(pk__in=before).filter(
                reminder__subject_id=record.pk, reminder__clock="acknowledge_referral"
            )
            seen.append((ahead.names, sorted(mails.values_list("recipient__name", flat=True))))
    return seen


def names(*members):
    return sorted(member.name for member in members)


def test_who_is_said_to_hear_hears_on_every_rung(world):
    """R4, R38: the desk on duty, the desk, the supervisors, the administrators, and these daily."""
    packet, here = sent(world, priority="crisis"), world.stx
    seen = climb(world, here.supervisor, packet, "Acknowledge a referral")
    assert [ahead for ahead, _ in seen] == [heard for _, heard in seen]
    desk, both, ruling = (
        names(here.intake_worker),
        names(here.supervisor, here.second_supervisor),
        names(here.administrator),
    )
    everybody = sorted(both + ruling)  # administrators open no record: whoever can hears with them
    assert [heard for _, heard in seen] == [desk, desk, both, everybody, everybody]
    with world.acting(here.supervisor) as boss:
        one = said(packet, boss)["Acknowledge a referral"]
        assert [rung.told for rung in one.rungs] == [True] * 5 + [False] and one.again_after == 1


@pytest.mark.parametrize("gone", ["desk is empty", "desk has left", "supervisors have left"])
def test_an_empty_place_moves_it_up_and_the_page_says_so(world, gone):
    """An empty duty desk, an account that is closed, a role that nobody has: never off."""
    packet, here = sent(world, priority="crisis"), world.stx
    both, ruling = names(here.supervisor, here.second_supervisor), names(here.administrator)
    with world.acting(here.administrator):
        if gone == "desk is empty":
            DutyShift.objects.all().delete()
        elif gone == "desk has left":
            User.objects.filter(pk=here.intake_worker.pk).update(is_active=False)
        else:
            User.objects.filter(role="supervisor", organization=here.organization).update(is_active=False)
    desk, everybody = names(here.intake_worker), sorted(both + ruling)
    expected = {
        "desk is empty": [both, desk, both, everybody],
        "desk has left": [both, both, both, everybody],
        "supervisors have left": [desk, desk, ruling, ruling],
    }[gone]
    seen = climb(world, here.administrator, packet, "Acknowledge a referral", rungs=4)
    assert [ahead for ahead, _ in seen] == [heard for _, heard in seen] == expected


def test_who_is_on_at_that_hour_is_said_and_not_who_is_on_now(world):
    """The rung of the desk names the shift of its own hour."""
    packet, here = sent(world, priority="crisis"), world.stx
    with world.acting(here.supervisor) as boss:
        first = said(packet, boss)["Acknowledge a referral"].rungs[0]
        there = local(first.at)
        DutyShift.objects.filter(weekday=there.weekday()).delete()
        DutyShift.objects.create(
            organization=here.organization, user=here.second_supervisor, weekday=there.weekday(),
            starts=there.replace(second=0, microsecond=0).time(), ends="23:59:59.999999",
        )  # fmt: skip
        assert said(packet, boss)["Acknowledge a referral"].rungs[0].names == [here.second_supervisor.name]


def test_a_wall_takes_a_name_from_the_page_as_from_the_mail(world):
    """R42: whoever is walled neither hears nor is said to."""
    with world.acting(world.stx.supervisor) as boss:
        case = open_case(world.stx.advocate)
        Wall.build(case.person, world.stx.second_supervisor, actor=boss, reason="other")
        told = {name for one in running.clocks_of(case, boss) for rung in one.rungs for name in rung.names}
        assert boss.name in told and world.stx.second_supervisor.name not in told


def test_the_page_of_a_case_shows_what_belongs_to_it(world):
    """Its promises, releases, offers and duties, each led to, and what has rung already."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        a_followup(case, advocate)
        active_release(case, world.vipd.organization, advocate)
        report = a_report(case, advocate)
        case.offer(world.stx.colleague, actor=advocate)
        other = open_case(advocate)
        a_followup(other, advocate)
    client, url = world.client(world.stx.advocate), reverse("clocks_case", args=[case.number])
    assert f'href="{url}"' in client.get(case.get_absolute_url()).content.decode()
    page = client.get(url).content.decode()
    for name in (
        "Confirm a safe-contact plan again",
        "A release ends",
        "Report abuse in writing",
        "Accept an assignment",
    ):
        assert name in page, name
    assert page.count("<h2>Follow-up</h2>") == 1
    assert f'href="{report.get_absolute_url()}"' in page and f'href="{case.get_absolute_url()}"' in page
    assert world.stx.colleague.name in page and "every day until somebody acts" in page


def test_each_side_of_a_handoff_sees_its_own_clocks_alone(world):
    """R10: who hears at the other organization is not said."""
    for here in (world.stx, world.stt):
        with world.acting(here.administrator):
            ours = User.objects.filter(organization=here.organization)
            ours.filter(role="advocate").update(name=f"Advocate {here.organization.code} (invented)")
    handoff = handoffs.accepted(world)
    for member, ours, theirs in (
        (world.stx.supervisor, "Advocate stx", "Advocate stt"),
        (world.stt.supervisor, "Advocate stt", "Advocate stx"),
    ):
        page = world.client(member).get(reverse("clocks_handoff", args=[handoff.reference])).content.decode()
        assert "Confirm the connection" in page and ours in page and theirs not in page


@pytest.mark.parametrize("many", [1, 12])
def test_the_page_asks_the_same_few_questions_whatever_runs(world, many):
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        for _ in range(many):
            a_followup(case, advocate)
    _answer, questions = page_asked(
        world.client(world.stx.advocate), reverse("clocks_case", args=[case.number])
    )
    assert len(questions) <= QUERIES, listed(questions)


def test_where_nothing_runs_the_page_says_so(world):
    with world.acting(world.stx.intake_worker) as desk:
        intake = in_state("services_declined", desk, world.stx.advocate)
    page = world.client(desk).get(reverse("clocks_intake", args=[intake.number])).content.decode()
    assert "No clock runs here" in page
