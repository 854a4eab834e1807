"""An organization whose administrators were all away is opened by the operator, in front of everybody."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from orgs.models import AuditLine, OutboxMessage, User
from tests.makers.factors import come_in, with_app
from tests.test_members import second_administrator


def readmit(code="stx", email="administrator@stx.test"):
    out = StringIO()
    call_command("readmit_administrator", code=code, email=email, stdout=out)
    return out.getvalue()


def away(world):
    """91 days in which nobody came in."""
    with world.acting(world.stx.administrator):
        User.objects.update(joined_at=world.now, last_login=world.now)
        world.forward(days=91)


def is_in(client):
    return client.get(reverse("rules_of_behavior")).status_code == 200


def test_the_only_administrator_comes_back_after_ninety_days(world):
    """C9: it is in the organization's own chain, and every member of it gets a mail that says nothing."""
    member = world.stx.administrator
    secret = with_app(world, member)
    away(world)
    assert not is_in(come_in(member, secret)[0])
    assert "Every member is told" in readmit()
    assert is_in(come_in(member, secret)[0])
    with world.acting(member):
        line = AuditLine.objects.get(verb="readmit_administrator")
        assert line.actor_id is None and line.subject_id == member.pk and line.details == {"by": "operator"}
        told = OutboxMessage.objects.values_list("recipient__email", "kind", "link", "code")
        assert len(told) == User.objects.active().count() == 6
        assert {row[1:] for row in told} == {("reminder", "", "")}
    with world.acting(world.stt.administrator):
        assert not OutboxMessage.objects.exists()


def test_it_is_no_way_around_an_administrator_who_is_there(world):
    """C9, C10: while somebody inside can decide, the operator cannot."""
    with pytest.raises(CommandError, match="who can do this inside"):
        readmit()
    second = second_administrator(world)
    away(world)
    with world.acting(second):
        User.objects.filter(pk=second.pk).update(last_login=world.now)
    with pytest.raises(CommandError, match="who can do this inside"):
        readmit()


@pytest.mark.parametrize(
    ("code", "email", "said"),
    [
        ("nowhere", "administrator@stx.test", "no organization"),
        ("stx", "advocate@stx.test", "no administrator"),
        ("stx", "administrator@stt.test", "no administrator"),
    ],
)
def test_nobody_becomes_an_administrator_by_it(world, code, email, said):
    """C10: it changes no role and reaches into no other house."""
    away(world)
    with pytest.raises(CommandError, match=said):
        readmit(code, email)
    with world.acting(world.stx.administrator):
        assert not AuditLine.objects.filter(verb="readmit_administrator").exists()
