"""An organization that is closed drops nothing: it waits for what runs; the operator hears of the rest."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from orgs import reminders, tasks
from orgs.models import AuditLine, HouseDuty, Organization, OutboxMessage, Reminder
from referrals.models import Referral
from tests.makers.case import open_case
from tests.makers.referral import sent


def run(code="stx", **options):
    out = StringIO()
    call_command("close_organization", code=code, stdout=out, **options)
    return out.getvalue()


def shut(world, active=False):
    """As somebody with all rights over the database would, past every question."""
    with world.acting(world.stx.administrator) as me:
        Organization.objects.filter(pk=me.organization_id).update(is_active=active)


def told(world):
    """Everything is rung and looked at; the addresses that heard, at the operator."""
    tasks.tell_of_closed()
    with world.acting(world.operator.operator) as me:
        reminders.claim_all()
        mails = OutboxMessage.objects.filter(organization_id=me.organization_id)
        return list(mails.values_list("recipient__email", flat=True))


def test_it_is_not_closed_while_a_clock_runs_there(world):
    """R48, nothing is dropped: the command says how many, and nothing of what."""
    packet = sent(world)
    with pytest.raises(CommandError) as refused:
        run()
    said = str(refused.value)
    assert "1 clocks run there" in said and packet.reference not in said and "Acknowledge" not in said
    assert Organization.objects.get(code="stx").is_active
    with world.acting(world.officer):
        Referral.objects.get(pk=packet.pk).recall("mistake", actor=world.officer)
    with world.acting(world.stx.administrator):
        OutboxMessage.objects.all().update(state="sent")
    assert run() == "stx: closed.\n" and not Organization.objects.get(code="stx").is_active
    assert run(open=True) == "stx: open.\n" and Organization.objects.get(code="stx").is_active
    with world.acting(world.stx.administrator):
        verbs = AuditLine.objects.filter(verb__endswith="_organization").values_list("verb", flat=True)
        assert set(verbs) >= {"close_organization", "open_organization"}
    with pytest.raises(CommandError):
        run(code="nobody")


def test_what_runs_in_one_that_was_closed_anyhow_is_told_to_the_operator(world):
    """R48, R38: a number on a page, in the metrics, and a mail that says nothing, until it is open again."""
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
        running = Reminder.objects.filter(subject_id=case.pk, fired_at=None)
        clocks = len(set(running.values_list("clock", flat=True)))
    operator = world.operator.operator
    assert told(world) == [] and reminders.left_running() == 0
    shut(world)
    assert reminders.left_running() == reminders.health()["left_running"] == clocks
    assert told(world) == [operator.email]
    page = world.client(operator).get(reverse("operator")).content.decode()
    assert f"<dt>Running in organizations that were closed</dt><dd>{clocks} ·" in page
    main = page.split("<main")[1].split("</main>")[0]
    assert case.number not in main and "St. Croix" not in main and "stx" not in main
    for _day in range(8):
        world.forward(days=1)
        before = len(told(world))
    assert before > 5 and set(told(world)) == {operator.email}, "it never gives up"
    with world.acting(operator):
        assert HouseDuty.objects.get(what="close_house").since
    shut(world, active=True)
    tasks.tell_of_closed()
    with world.acting(operator):
        assert HouseDuty.objects.get(what="close_house").since is None
        assert not Reminder.objects.filter(clock="close_house", fired_at=None).exists()


def test_what_a_house_owes_as_a_whole_keeps_it_open_no_longer(world):
    """C9, C16: nobody goes through the accounts of a house that is closed."""
    with world.acting(world.stx.administrator) as me:
        HouseDuty.begin(me.organization_id, "change_keys")
    assert run() == "stx: closed.\n"
    assert reminders.left_running() == 0 and told(world) == []
