"""What a supervisor is walled from does not show in what they hear and see of somebody who leaves (R42)."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from cases.models import NoSupervisorLeft, Person, Wall
from orgs import reminders, tasks
from orgs.calendar import ISLANDS
from orgs.models import OutboxMessage
from orgs.models.membership import NotNow
from referrals import caseload
from tests.asking import asked
from tests.makers import handoff as handoffs
from tests.makers.case import a_followup, open_case
from tests.makers.duty import a_report
from tests.makers.intake import assigned, triaged
from tests.test_last_day import day, mails_of, set_day

START = datetime(2026, 3, 2, 10, tzinfo=ISLANDS)  # a Monday
LAST = datetime(2026, 3, 13, tzinfo=ISLANDS)  # the midnight that ends the last day
BEFORE, LONG_AFTER, LATER = (LAST + timedelta(days=days, hours=9) for days in (-1, 5, 9))


def everything_of(world, leaver, colleague):
    """One of each that a member can have in hand, and a case of a colleague; the people it is all about."""
    with world.acting(leaver):
        before = set(Person.objects.values_list("pk", flat=True))
        case = open_case(leaver)
        a_followup(case, leaver)
        a_report(case, leaver)
    handoffs.draft(world)
    with world.acting(world.stx.supervisor) as supervisor:
        assigned(supervisor, leaver)
        triaged(supervisor).assign(leaver, actor=supervisor)
        open_case(colleague).offer(leaver, actor=supervisor)
        return list(Person.objects.exclude(pk__in=before))


def look(world, client, member):
    """Pages with the number of questions, and every message, as this member gets them."""
    got = []
    for name in ("board", "leavers"):
        answer, questions = asked(client, "get", reverse(name))
        got.append((answer.content.decode().replace(str(answer.context["csrf_token"]), ""), len(questions)))
    with world.acting(member):
        mails = OutboxMessage.objects.filter(recipient=member)
        got.append(sorted(mails.values_list("available_at", "kind", "reminder__clock", "link", "language")))
    return got


def play(world, walled):
    """Two leave on one day. Of what one has, and of a part of what the other has, a supervisor is walled.

    Returns what that supervisor got on the way, who was told of what was left, and what the other supervisor
    sees at the end. It is rolled back, to be played again without what lies behind the wall.
    """
    leaver, colleague = world.stx.advocate, world.stx.colleague
    me, other = world.stx.second_supervisor, world.stx.supervisor
    with transaction.atomic():
        world.hold(START)
        with world.acting(colleague):
            open_case(colleague)
        if walled:
            people = everything_of(world, leaver, colleague)
            with world.acting(other):
                for person in people:
                    Wall.build(person, me, actor=other, reason="other")
        for member in (leaver, colleague):
            set_day(world, member, 10)
        client, seen = world.client(me), []
        client.get(reverse("leavers"))  # the process knows the ids of permissions by then
        for moment in (BEFORE, LONG_AFTER, LATER):
            world.hold(moment)
            tasks.close_leavers()
            with world.acting(me):
                reminders.claim()
            seen.append(look(world, client, me))
            if moment == LONG_AFTER:
                with world.acting(me):
                    caseload.move(colleague, [other], actor=me, reason="leaving")
        told = mails_of(world, "take_over_work")
        left = world.client(other).get(reverse("leavers")).content.decode()
        transaction.set_rollback(True)
    return seen, told, left


def test_a_walled_supervisor_gets_what_they_would_get_if_it_were_not_there(world):
    """R42: page, order, count, questions, messages, byte by byte; and the other supervisor drops nothing."""
    without, told_without, left_without = play(world, walled=False)
    there, told, left = play(world, walled=True)
    for step, (one, two) in enumerate(zip(without, there, strict=True)):
        assert one == two, f"differs at step {step}"
    pages = [page for step in without for page, _questions in step[:2]]
    assert any("Cases: 1" in page for page in pages)
    mine, others = "second_supervisor@stx.test", "supervisor@stx.test"
    assert told.count(mine) == told_without.count(mine) > 0
    assert told.count(others) > told_without.count(others)
    assert "Nobody has a last day" in left_without
    for words in (
        "Cases: 1",
        "Intakes: 1",
        "Questions to answer: 2",
        "Follow-ups: 1",
        "Duties: 1",
        "Handoffs: 1",
    ):
        assert words in left


def test_each_supervisor_is_told_of_what_they_may_know(world):
    """R42: where everybody is walled from something, everybody hears of the rest, and nothing is dropped."""
    leaver, one, two = world.stx.advocate, world.stx.supervisor, world.stx.second_supervisor
    with world.acting(leaver):
        for walled in (one, two):
            case = open_case(leaver)
            Wall.build(case.person, walled, actor=leaver, reason="other")
    set_day(world, leaver, 0)
    world.forward(days=2)
    tasks.close_leavers()
    world.forward(days=6)
    with world.acting(one):
        reminders.claim()
    assert set(mails_of(world, "take_over_work")) >= {one.email, two.email}
    for member in (one, two):
        assert "Cases: 1" in world.client(member).get(reverse("leavers")).content.decode()


def test_the_last_supervisor_who_can_open_a_record_does_not_leave(world):
    """R42: not by a last day, not by a press, not by another role, and no wall counts on one who goes."""
    one, two = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(world.stx.advocate) as advocate:
        case, other = open_case(advocate), open_case(advocate)
        Wall.build(case.person, two, actor=advocate, reason="other")
    with world.acting(world.stx.administrator) as me:
        for going in (
            lambda: one.set_last_day(day(world, 5), actor=me),
            lambda: one.deactivate(actor=me),
            lambda: one.change(role="advocate", unit=None, actor=me),
        ):
            with pytest.raises(NotNow, match="somebody else one first"), transaction.atomic():
                going()
    set_day(world, two, 5)
    with world.acting(advocate), pytest.raises(NoSupervisorLeft), transaction.atomic():
        Wall.build(other.person, one, actor=advocate, reason="other")
