"""The week in figures: for supervisors, of what they may see, and by a mail that says nothing."""

import re
from datetime import timedelta

from django.core import mail
from django.urls import reverse

from cases.models import Wall
from orgs import house, outbox
from orgs.models import AuditLine, How, Mailbox, Organization
from orgs.words import local
from tests.makers.case import a_followup, open_case
from tests.makers.intake import a_walk_in
from tests.makers.referral import acknowledged


def monday(world):
    """The next Monday night on the islands, when a house looks at what it owes."""
    here = local(world.now).replace(hour=3, minute=25, second=0, microsecond=0)
    return here + timedelta(days=7 - here.weekday())


def figures(world, member):
    page = world.client(member).get(reverse("week")).content.decode()
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="n">(\d+)</td><td class="n">(\d+)', page)
    now = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page)
    return {what: (int(week), int(before)) for what, week, before in rows}, dict(now), page


def test_a_supervisor_reads_what_a_week_was_and_nothing_of_what_they_are_walled_from(world):
    """R42, R47: counts of records, never of members; what is walled is in no figure."""
    world.hold(monday(world) + timedelta(days=1, hours=8))
    acknowledged(world)
    me = world.stx.advocate
    with world.acting(world.stx.intake_worker) as desk:
        a_walk_in(desk)
    with world.acting(me):
        case, walled = open_case(me), open_case(me)
        for one in (case, walled):
            a_followup(one, me, 24).complete(actor=me)
            a_followup(one, me, 48)
        Wall.build(walled.person, world.stx.second_supervisor, actor=world.stx.supervisor, reason="other")
    world.hold(monday(world))
    week, now, page = figures(world, world.stx.supervisor)
    assert week["Came in"] == (2, 0) and week["Of these, as a referral"] == (1, 0)
    assert week["Cases opened"] == (2, 0) and week["Follow-ups done"] == (2, 0)
    assert now["Follow-ups past their time"] == now["Cases that are not closed"] == "2"
    for word in (case.number, "Bluebird", me.name):
        assert word not in page.split("<main")[1].split("</main>")[0]
    week, now, _page = figures(world, world.stx.second_supervisor)
    assert week["Cases opened"] == week["Follow-ups done"] == (1, 0)
    assert now["Follow-ups past their time"] == now["Cases that are not closed"] == "1"
    with world.acting(me):
        assert AuditLine.objects.filter(verb="view_week").count() == 2
    world.hold(monday(world))
    assert figures(world, world.stx.supervisor)[0]["Cases opened"] == (0, 2)


def test_a_mail_that_says_nothing_leads_there_once_a_week(world):
    """R38: in the morning, also where the first night was missed, and not to who hears in the page alone."""
    world.hold(monday(world) + timedelta(days=1))
    boss, other = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(boss):
        Organization.objects.filter(pk=boss.organization_id).update(may_mute=True)
        Mailbox.of(other).choose(How.PAGE, actor=other)
        for _night in range(3):
            house.settle()
            outbox.deliver()
            world.forward(days=1)
        sent = [one for one in mail.outbox if one.to == [boss.email]]
        assert len(sent) == 1 and sent[0].body.startswith("You have one item to look at in Causeway.")
        assert not [one for one in mail.outbox if one.to == [other.email]]
        world.hold(monday(world))
        house.settle()
        assert outbox.deliver() == 0, "not in the night"
        world.forward(hours=6)
        outbox.deliver()
        assert len([one for one in mail.outbox if one.to == [boss.email]]) == 2
    with world.acting(world.vipd.unit_supervisor):
        house.settle()
    assert not [one for one in mail.outbox if one.to == [world.vipd.unit_supervisor.email]]
