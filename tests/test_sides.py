"""What one organization can write where another reads: row by row, column by column, below every view."""

import os
from importlib import import_module

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from cases.models import Case
from orgs.models import Counter, Organization, User
from orgs.roles import ROLES_OF_KIND, VICTIM_SERVICES, Kind, role_group
from orgs.tenancy import acting_for
from referrals.models import Handoff, Referral
from tests.makers import handoff as handoffs
from tests.makers import referral as packets
from tests.makers.case import open_case


def refused(sql, *values, says="row-level security|for the other side|permission denied|is fixed"):
    with pytest.raises(DatabaseError, match=says), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def changed(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def test_how_many_cases_an_organization_has_had_is_its_own_to_know(world):
    """R3, R8: the counters lie behind the wall, and no number of theirs beside the directory."""
    with world.acting(world.stx.advocate) as advocate:
        first, second = open_case(advocate), open_case(advocate)
        assert int(second.number[2:]) == int(first.number[2:]) + 1
        assert Counter.objects.get(name="case").next == int(second.number[2:]) + 1
    for member in (world.officer, world.stt.advocate):
        with world.acting(member):
            assert not Counter.objects.filter(organization=world.stx.organization.pk).exists()
    with acting_for(None):
        assert not Counter.objects.exists()
    names = {field.name for field in Organization._meta.fields}
    assert not [name for name in names if name.startswith("next_")]


def test_numbers_are_taken_one_by_one_and_never_twice(world):
    with world.acting(world.stx.advocate):
        here = world.stx.organization
        assert [here.take_number("case") for _ in range(3)] == [1, 2, 3]
        assert Counter.take(here.pk, "case", 10) == 4
        assert here.take_number("case") == 14 and here.take_number("intake") == 1


def test_nobody_begins_a_packet_or_a_handoff_in_anothers_name(world):
    """R10, R16: whoever receives may not write one from a sender who never sent it."""
    handoff, packet = handoffs.accepted(world), packets.sent(world)
    for row, receiver in ((handoff, world.stt.advocate), (packet, world.stx.intake_worker)):
        table = row._meta.db_table
        with world.acting(receiver):
            refused(
                f"INSERT INTO {table} SELECT (jsonb_populate_record(r, jsonb_build_object("
                f"'id', gen_random_uuid(), 'reference', 'XX-AAAA-AA'))).* FROM {table} r WHERE id = %s",
                row.pk,
            )


@pytest.mark.parametrize(
    "what",
    [
        "sender_confirmed_by_id = (SELECT id FROM orgs_user WHERE email = 'colleague@stt.test')",
        "release_expires_at = now() + interval '10 years'",
        "release_revoked_at = NULL, put_away_at = now()",
        "sender_advocate_id = (SELECT id FROM orgs_user WHERE email = 'colleague@stt.test')",
        "offered_at = now() - interval '1 day'",
        "identified = false",
        "adults = 4",
        "state = 'recalled'",
        "organization_id = receiver_id, receiver_id = organization_id",
    ],
)
def test_the_receiver_of_a_handoff_writes_nothing_that_is_the_senders(world, what):
    """R10: not the sender's word, not the end of its release, not who it is."""
    handoff = handoffs.accepted(world)
    with world.acting(world.stt.advocate):
        refused(f"UPDATE referrals_handoff SET {what} WHERE id = %s", handoff.pk)
        assert changed("UPDATE referrals_handoff SET receiver_contact = 'R.' WHERE id = %s", handoff.pk) == 1


@pytest.mark.parametrize(
    "what",
    [
        "receiver_confirmed_by_id = (SELECT id FROM orgs_user WHERE email = 'colleague@stx.test')",
        "receiver_confirmed_at = now()",
        "accepted_by_id = NULL",
        "state = 'completed'",
        "organization_id = %(there)s",
    ],
)
def test_the_sender_of_a_handoff_writes_nothing_that_is_the_receivers(world, what):
    """R10: two people of two organizations, each by their own hand."""
    handoff = handoffs.accepted(world)
    there = f"'{world.officer.organization_id}'"
    with world.acting(world.stx.advocate):
        refused(f"UPDATE referrals_handoff SET {what.replace('%(there)s', there)} WHERE id = %s", handoff.pk)
        assert Handoff.objects.get(pk=handoff.pk).state == "accepted"


@pytest.mark.parametrize(
    ("side", "what"),
    [
        ("receiver", "basis = 'legal'"),
        ("receiver", "priority = 'crisis'"),
        ("receiver", "sent_at = now() + interval '1 hour'"),
        ("receiver", "state = 'recalled'"),
        ("receiver", "receiver_id = organization_id"),
        ("sender", "acknowledged_at = now()"),
        ("sender", "acknowledged_by_id = referrer_id"),
    ],
)
def test_a_packet_stays_what_its_writer_wrote_and_is_read_by_who_reads_it(world, side, what):
    """R4, R16."""
    packet = packets.sent(world)
    with world.acting(world.stx.intake_worker if side == "receiver" else world.officer):
        refused(f"UPDATE referrals_referral SET {what} WHERE id = %s", packet.pk)
        assert Referral.objects.get(pk=packet.pk).state == "delivered"


def test_the_kind_of_an_organization_is_fixed(world):
    """R9, R12: a referrer never becomes one that holds cases."""
    with world.acting(world.vipd.administrator):
        refused("UPDATE orgs_organization SET kind = 'victim_services' WHERE code = 'vipd'")
        here = Organization.objects.get(code="vipd")
        here.kind = "victim_services"
        with pytest.raises(DatabaseError, match="is fixed"), transaction.atomic():
            here.save(update_fields=["kind"])
        here.refresh_from_db()
        here.save(update_fields=["kind"])
        assert here.kind == "law_enforcement"


def test_a_member_is_in_no_group_of_another_organization_and_no_group_changes_its_name(world):
    """C10: what a role may see hangs on its group."""
    officer, theirs = world.officer, role_group(world.stx.organization.pk, "supervisor")
    with world.acting(world.stx.administrator):
        unit = world.stx.advocate.unit
    with world.acting(world.vipd.administrator):
        refused("INSERT INTO orgs_user_groups (user_id, group_id) VALUES (%s, %s)", officer.pk, theirs)
        refused(
            "INSERT INTO orgs_user_groups (user_id, group_id) SELECT %s, id FROM auth_group WHERE name = %s",
            officer.pk,
            f"unit {unit.pk}",
        )
        refused("UPDATE auth_group SET name = 'x' WHERE id = %s", theirs)
        refused("DELETE FROM auth_group WHERE id = %s", theirs)
        member = User.objects.get(pk=officer.pk)
        before = set(member.groups.values_list("pk", flat=True))
        member.groups.clear()
        member.settle_groups()
        assert before and set(member.groups.values_list("pk", flat=True)) == before


def test_a_trigger_for_two_sides_hangs_on_every_table_that_two_sides_write_to(db):
    """R16: a table whose rows two organizations may change says which columns are whose."""
    from orgs import rls, sides

    with connection.cursor() as cursor:
        shared = {t for t, s in rls.policies(cursor).items() if s and "receiver_id" in s[1]}
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'keep_sides'")
        hung = {table for (table,) in cursor.fetchall()}
        for table, said in sides.SIDES.items():
            columns = {
                column.name for column in connection.introspection.get_table_description(cursor, table)
            }
            assert columns >= {*said.receivers, *said.both}, table
    assert shared == hung == set(sides.SIDES) == set(rls.BEGUN)


def test_the_counters_kept_their_numbers_when_they_moved(committed):
    """R16: no number is given to a second case."""
    moved = import_module("orgs.migrations.0008_counters")
    with committed.acting(committed.stx.advocate) as advocate:
        last = open_case(advocate).number
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], dbname=name) as owner:
        for sql in (
            "ALTER TABLE orgs_organization ADD COLUMN next_case int NOT NULL DEFAULT 1",
            "ALTER TABLE orgs_organization ADD COLUMN next_intake int NOT NULL DEFAULT 1",
            moved.GO_BACK,
            "DELETE FROM orgs_counter",
            moved.KEEP,
            "ALTER TABLE orgs_organization DROP COLUMN next_case, DROP COLUMN next_intake",
            "ALTER TABLE orgs_counter FORCE ROW LEVEL SECURITY",
        ):
            owner.execute(sql)
    with committed.acting(committed.stx.advocate) as advocate:
        assert int(open_case(advocate).number[2:]) == int(last[2:]) + 1
        assert Case.objects.count() == 2


def test_no_role_of_a_service_exists_in_a_house_of_another_kind():
    """R12: nobody at an agency, a prosecutor's or a funder's can be given what a service's people may do."""
    for kind, roles in ROLES_OF_KIND.items():
        assert kind == Kind.VICTIM_SERVICES or not VICTIM_SERVICES & set(roles), kind
