"""The audit: read on record, searched by index, and whole or found out."""

import os
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from orgs import audit, audit_chain
from orgs.audit_search import lines_of
from orgs.models import AuditLine


def write(world, count, verb="view"):
    with world.acting(world.stx.advocate):
        for _ in range(count):
            audit.write(world.stx.advocate, verb)


def verify(**options):
    out = StringIO()
    call_command("verify_audit", stdout=out, **options)
    return out.getvalue()


def as_owner(*statements):
    """What somebody does who owns the tables, past triggers and walls."""
    where = {"dbname": connection.settings_dict["NAME"], "autocommit": True}
    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], **where) as owner:
        owner.execute("ALTER TABLE orgs_auditline NO FORCE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE orgs_auditline DISABLE TRIGGER audit_is_kept")
        for statement in statements:
            owner.execute(statement)
        owner.execute("ALTER TABLE orgs_auditline ENABLE TRIGGER audit_is_kept")
        owner.execute("ALTER TABLE orgs_auditline FORCE ROW LEVEL SECURITY")


TAMPERINGS = {
    "line 3 was changed": ["UPDATE orgs_auditline SET actor_name = 'Somebody' WHERE sequence = 3 AND {ours}"],
    "gap: line 4 follows line 2": ["DELETE FROM orgs_auditline WHERE sequence = 3 AND {ours}"],
    "gap: line 2 follows line 0": ["DELETE FROM orgs_auditline WHERE sequence = 1 AND {ours}"],
    "gap: lines 5 to 6 are missing at the end": ["DELETE FROM orgs_auditline WHERE sequence >= 5 AND {ours}"],
    "gap: lines 1 to 6 are missing at the end": ["DELETE FROM orgs_auditline WHERE {ours}"],
    "line 3 does not continue line 2": [  # two lines change places
        "UPDATE orgs_auditline SET sequence = 100 WHERE sequence = 3 AND {ours}",
        "UPDATE orgs_auditline SET sequence = 3 WHERE sequence = 4 AND {ours}",
        "UPDATE orgs_auditline SET sequence = 4 WHERE sequence = 100 AND {ours}",
    ],
    "line 4 does not continue line 3": [  # a changed line whose hash was computed again
        "UPDATE orgs_auditline SET actor_name = 'Somebody' WHERE sequence = 3 AND {ours}",
        "UPDATE orgs_auditline l SET hash = audit_line_hash(l) WHERE sequence = 3 AND {ours}",
    ],
    "line 6 is not the one that the head knows": [
        "UPDATE orgs_auditline SET actor_name = 'Somebody' WHERE sequence = 6 AND {ours}",
        "UPDATE orgs_auditline l SET hash = audit_line_hash(l) WHERE sequence = 6 AND {ours}",
    ],
}


@pytest.mark.parametrize("batch", [2, 20_000])
def test_an_untouched_chain_is_unbroken(committed, batch):
    """C14: and a batch's edge breaks nothing."""
    write(committed, 6)
    assert verify(batch=batch, organization="stx") == "6 lines in 1 chains, unbroken\n"
    assert "unbroken" in verify()


@pytest.mark.parametrize("found", TAMPERINGS)
def test_what_the_owner_of_the_tables_does_to_a_chain_is_found(committed, found):
    """C14: a change, a cut at the front, in the middle or at the tail, a swap, a hash made new."""
    write(committed, 6)
    ours = f"organization_id = '{committed.stx.organization.pk}'"
    as_owner(*(statement.replace("{ours}", ours) for statement in TAMPERINGS[found]))
    for batch in (2, 20_000):
        with pytest.raises(CommandError, match=f"stx: {found}"):
            verify(batch=batch)


def test_the_head_of_a_chain_is_told_to_its_organization_alone(world):
    write(world, 2)
    with world.acting(world.stx.advocate), connection.cursor() as cursor:
        cursor.execute("SELECT sequence FROM audit_head()")
        assert cursor.fetchall() == [(2,)]
    with world.acting(world.stt.advocate):
        assert audit_chain.verify(world.stt.organization.pk).sequence == 0


def test_every_line_has_a_number_a_time_and_a_link_of_the_databases_making(world):
    """C13: by the database's clock, in microseconds, whatever the application says."""
    with world.acting(world.stx.advocate):
        entry = audit.line(world.stx.advocate, "view")
        entry.sequence, entry.hash = 77, b"mine"
        entry.save(force_insert=True)
        stored = AuditLine.objects.get(pk=entry.pk)
        assert stored.sequence == 1 and bytes(stored.hash) != b"mine" and stored.at is not None
        for _ in range(5):
            audit.write(world.stx.advocate, "view")
        assert any(moment.microsecond for moment in AuditLine.objects.values_list("at", flat=True))


# Reading


def client_of(world):
    return world.client(world.stx.administrator)


def test_reading_the_audit_is_on_record_without_the_words_of_the_search(world):
    """C11: that somebody read, and by which filters; what they typed may be a name."""
    client_of(world).get(reverse("audit"), {"record": "Marisol", "verb": "view"})
    with world.acting(world.stx.administrator):
        line = AuditLine.objects.get(verb="view_audit")
        assert line.details == {"filters": ["record", "verb"]}
        assert line.actor_id == world.stx.administrator.pk


def test_a_line_says_who_in_which_role_what_from_where_and_when_in_utc(world):
    """C12, C13."""
    client = client_of(world)
    client.get(reverse("members"))
    page = client.get(reverse("audit"), {"verb": "view members"}).content.decode()
    with world.acting(world.stx.administrator):
        at = AuditLine.objects.get(verb="view_members").at
    said = ("Administrator (invented)", "view members", "127.0.0.1", f"{at:%Y-%m-%d %H:%M:%S}.{at:%f}"[:22])
    for word in said:
        assert word in page


def test_filters_find_what_they_say(world):
    write(world, 3)
    write(world, 1, verb="print")
    with world.acting(world.stx.administrator):
        audit.write(world.stx.administrator, "view", outcome="denied")
    client = client_of(world)

    def found(**asked):
        return len(client.get(reverse("audit"), asked).context["lines"])

    today = world.now.strftime("%Y-%m-%d")
    assert found(who=world.stx.advocate.pk) == 4
    assert found(verb="print") == 1
    assert found(outcome="denied") == 1
    assert found(who=world.stx.advocate.pk, since="2020-01-01", until="2020-02-01") == 0
    assert found(who=world.stx.advocate.pk, since="2020-01-01") == 4
    assert found(who=world.stx.advocate.pk, until=today, since="2020-01-01") in (0, 4)  # islands' day


@pytest.mark.parametrize(
    "odd",
    [
        {"who": "nobody"},
        {"since": "yesterday"},
        {"since": "2026-02-02", "until": "2026-01-01"},
        {"outcome": "x"},
    ],
)
def test_a_filter_that_makes_no_sense_finds_nothing_and_says_why(world, odd):
    response = client_of(world).get(reverse("audit"), odd)
    assert response.status_code == 200 and not response.context["lines"]
    assert "error" in response.content.decode()


def test_pages_follow_one_another_without_a_line_lost_or_twice(world):
    write(world, 120)
    client, seen, url = client_of(world), [], f"?who={world.stx.advocate.pk}"
    while url:
        page = client.get(reverse("audit") + url)
        seen += [line.sequence for line in page.context["lines"]]
        url = page.context["older_url"]
    assert len(seen) == 120 and seen == sorted(set(seen), reverse=True)
    for odd in ("x", "-1", "9" * 40, "1e3"):
        assert client.get(reverse("audit"), {"before": odd}).status_code == 200


def test_the_audit_of_another_organization_is_not_there(world):
    write(world, 3, verb="secret_move")
    page = world.client(world.stt.administrator).get(reverse("audit"), {"verb": "secret_move"})
    assert not page.context["lines"]


def test_who_opened_a_record_is_answered_by_person(world):
    """C11, C12: an access report for one record, looked up by its reference or number."""
    from referrals.models import Referral
    from tests.makers.referral import sent

    referral = sent(world)
    with world.acting(world.stx.intake_worker):
        mine = Referral.objects.get(pk=referral.pk)
        for _ in range(3):
            audit.viewed(world.stx.intake_worker, mine)
    page = client_of(world).get(reverse("access_report"), {"record": referral.reference.lower()})
    times = {one["name"]: one["times"] for one in page.context["people"]}
    assert times["Intake Worker (invented)"] == "opened it 3 times"
    assert "Bluebird" not in page.content.decode() and "Marisol" not in page.content.decode()
    nobody = client_of(world).get(reverse("access_report"), {"record": "C-9999"})
    assert "Nobody has had to do" in nobody.content.decode()
    with world.acting(world.stx.administrator):
        known, unknown = AuditLine.objects.filter(verb="view_access_report").order_by("sequence")
        assert known.subject_label == referral.reference and unknown.subject_label == ""


@pytest.mark.parametrize("name", ["audit", "access_report"])
def test_a_page_of_the_audit_costs_the_same_however_long_it_is(world, name, django_assert_max_num_queries):
    write(world, 80)
    client = client_of(world)
    asked = {"since": "2020-01-01", "until": "2030-01-01", "record": "C-0001", "who": world.stx.advocate.pk}
    with django_assert_max_num_queries(16):
        client.get(reverse(name), asked)


def test_a_filtered_page_is_read_from_an_index_that_ends_in_the_sequence(world):
    write(world, 200)
    with world.acting(world.stx.administrator), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for asked in (
            {"actor_id": world.stx.advocate.pk},
            {"verb": "view"},
            {"subject_label": "C-0001"},
        ):
            plan = lines_of(world.stx.organization.pk).filter(**asked)[:51].explain()
            assert "Index" in plan and "Sort" not in plan, plan
