"""Nothing that is done with a person moves the packet, or anything that its sender can read."""

import re

import pytest
from django.db import connection

from orgs.models import OutboxMessage, Reminder
from referrals.models import Message, Referral, ReferralCopy
from referrals.models.intake_moves import MOVES
from tests.makers.intake import a_plan_for, do
from tests.makers.referral import acknowledged

ROUTES = (
    ("check_conflict", "triage", "assign", "take_on", "begin_outreach", "reach_out", "engage", "open_case"),
    ("check_conflict", "triage", "assign", "take_on", "pass_on", "take_up", "keep", "engage", "link_case"),
    ("check_conflict", "triage", "assign", "take_on", "engage", "decline_services", "reopen"),
    ("check_conflict", "triage", "assign", "take_on", "begin_outreach", "give_up", "reopen"),
    ("check_conflict", "triage", "find_unsafe", "reopen"),
    ("check_conflict", "triage", "assign", "take_on", "hand_back", "find_ineligible"),
    ("check_conflict", "triage", "assign", "take_on", "plan", "let_go", "find_ineligible"),
    ("refer_out", "reopen"),
    ("find_duplicate", "reopen", "find_invalid"),
    ("mark_officer", "show_heads", "hide_heads", "lift_mark"),
)


def rows(queryset):
    """Every column of every row as the database has it, sealed ones in their bytes."""
    table, keys = queryset.model._meta.db_table, list(queryset.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT row::text FROM "{table}" AS row WHERE id = ANY(%s)', [keys])  # noqa: S608
        return sorted(text for (text,) in cursor.fetchall())


def all_that_the_sender_has(world, referral):
    """Packet, copies, messages, grants, clocks and mail, as the sender's own tenant finds them."""
    with world.acting(world.officer):
        packet = Referral.objects.filter(pk=referral.pk)
        return {
            "packet": rows(packet),
            "copies": rows(ReferralCopy.objects.filter(referral=referral)),
            "messages": rows(Message.objects.filter(referral=referral)),
            "members": rows(packet.get().user_grants.all()),
            "groups": rows(packet.get().group_grants.all()),
            "clocks": rows(Reminder.objects.all()),
            "mail": rows(OutboxMessage.objects.all()),
        }


def test_the_routes_take_every_move():
    assert {verb for route in ROUTES for verb in route} == set(MOVES)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route[-1])
def test_the_packet_is_the_same_after_every_private_move(world, route):
    """R3: all columns of the packet, its copies, messages, grants, clocks and mail on the sender's side."""
    referral, intake = acknowledged(world)
    before = all_that_the_sender_has(world, referral)
    for verb in route:
        with world.acting(world.stx.intake_worker) as desk:
            if verb == "take_on":
                a_plan_for(intake, desk)
            do(intake, verb, desk if verb in ("triage", "assign") else world.stx.advocate)
            intake.refresh_from_db()
        assert all_that_the_sender_has(world, referral) == before, verb
    assert all(before[name] for name in ("packet", "copies", "members", "mail"))


def test_the_page_of_the_sender_is_the_same_bytes(world):
    """R3: the page of somebody who engaged and of somebody who never could be reached."""
    world.hold(world.now)
    pages = []
    for route in (ROUTES[0], ROUTES[3]):
        referral, intake = acknowledged(world)
        with world.acting(world.stx.intake_worker) as desk:
            a_plan_for(intake, desk)
            for verb in route:
                do(intake, verb, world.stx.advocate)
                intake.refresh_from_db()
        page = world.client(world.officer).get(referral.get_absolute_url()).content.decode()
        pages.append(page.replace(referral.reference, "VI-0000-00"))
    first, second = (re.sub(r'value="\w{64}"', "", page) for page in pages)
    assert first == second
