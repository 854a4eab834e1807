"""Lines of the audit are kept for a year, leave in a file that can be checked, and only then go."""

import hashlib
import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from orgs import audit_heads, audit_keep
from orgs.models import AuditCut, AuditExport, AuditLine
from tests.makers.audit import as_owner, old, rebuild, sign, write
from tests.signing import signed_in_client
from tests.test_machinery_settings import environment, read_production  # noqa: F401 - a fixture


def verify(**options):
    out = StringIO()
    call_command("verify_audit", stdout=out, stderr=out, **options)
    return out.getvalue()


def administrator(world):
    return world.client(world.stx.administrator)


def a_year_old(world, lines=6):
    """So many lines under a signed head, all written 400 days ago."""
    write(world, lines)
    old(world)


def export(client, what="old"):
    return client.post(reverse("export_audit"), {"what": what})


def purge(client):
    return client.post(reverse("purge_audit"), {"kept": "on"})


def numbers(world):
    with world.acting(world.stx.administrator):
        return list(AuditLine.objects.order_by("sequence").values_list("sequence", flat=True))


def test_old_lines_go_after_they_were_exported_and_the_chain_goes_on(committed):
    """C15: the file first, then the lines; what is left is whole from the recorded cut on."""
    a_year_old(committed)
    client = administrator(committed)
    purge(client)
    assert numbers(committed)[0] == 1, "nothing goes that is in no file"
    answer = export(client)
    assert answer["Content-Disposition"] == 'attachment; filename="audit-1-6.txt"'
    assert b"Somebody" not in answer.content and answer.content.count(b"\n") == 7
    purge(client)
    assert numbers(committed)[0] == 7
    with committed.acting(committed.stx.administrator):
        assert AuditCut.objects.get().lines == 6
        line = AuditLine.objects.get(verb="purge_audit")
        assert line.details == {"lines": 6, "to": 6} and line.actor_id == committed.stx.administrator.pk
        assert AuditLine.objects.get(verb="export_audit").details["last"] == 6
    write(committed, 2)
    assert "unbroken" in verify(organization="stx")


def test_lines_of_the_last_year_stay_whatever_was_exported(committed, settings):
    """C15: a year at least, in the database's own function; a setting makes it longer and never shorter."""
    write(committed, 3)
    client = administrator(committed)
    export(client, "all")
    purge(client)
    with committed.acting(committed.stx.administrator), connection.cursor() as cursor:
        for days in (0, -400, 1, 364):
            cursor.execute("SELECT audit_purge(%s)", [days])
            assert cursor.fetchone() == (0,)
    old(committed)
    export(client)
    settings.CAUSEWAY_AUDIT_DAYS = 730
    purge(client)
    assert numbers(committed)[0] == 1
    settings.CAUSEWAY_AUDIT_DAYS = 365
    purge(client)
    assert numbers(committed)[0] > 3


def test_production_keeps_lines_for_a_year_or_longer(environment):  # noqa: F811
    """C15: a shorter time is refused at the start."""
    assert read_production(environment | {"CAUSEWAY_AUDIT_DAYS": "1825"}).returncode == 0
    done = read_production(environment | {"CAUSEWAY_AUDIT_DAYS": "364"})
    assert done.returncode != 0 and "CAUSEWAY_AUDIT_DAYS" in done.stderr


def test_the_application_takes_no_line_away_by_itself(committed):
    """C14, C15: it may not delete, not even by saying the word that the function says to the trigger."""
    a_year_old(committed)
    with committed.acting(committed.stx.administrator), connection.cursor() as cursor:
        for statement in ("DELETE FROM orgs_auditline", "UPDATE orgs_auditcut SET sequence = 9"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute("SELECT set_config('causeway.purging', 'yes', true)")
                cursor.execute(statement)


def test_only_an_export_that_reaches_from_the_beginning_lets_lines_go(committed):
    """C15: an export that left lines out, or of a chain that was another, counts for nothing."""
    a_year_old(committed)
    boss = committed.stx.administrator
    for first, last, link in ((3, 6, None), (1, 6, b"another")):
        with committed.acting(boss), connection.cursor() as cursor:
            entry = AuditLine.objects.get(sequence=last)
            AuditExport.objects.create(
                organization=boss.organization,
                exported_by=boss,
                first=first,
                last=last,
                hash=link or entry.hash,
                digest="",
                at=committed.now,
            )
            cursor.execute("SELECT audit_purge(365)")
            assert cursor.fetchone() == (0,)


def test_a_purge_that_nobody_is_on_record_for_is_found_out(committed):
    """C14, C15: a cut that somebody with all rights put in, over lines that they took away."""
    write(committed, 6)
    ours = committed.stx.organization.pk
    as_owner(
        "INSERT INTO orgs_auditcut (id, organization_id, sequence, hash, lines, at) "
        "SELECT gen_random_uuid(), organization_id, 3, hash, 3, now() FROM orgs_auditline "
        f"WHERE sequence = 3 AND organization_id = '{ours}'",
        f"DELETE FROM orgs_auditline WHERE sequence <= 3 AND organization_id = '{ours}'",
    )
    with pytest.raises(CommandError, match="stx: lines up to 3 are gone, and nobody is on record"):
        verify()


def test_lines_that_were_purged_before_their_time_are_found_out(committed):
    """C14, C15: the day under a signed head is younger than the lines below it may be when they go."""
    write(committed, 3)
    sign(committed, days_ago=30)
    old(committed, days=400)  # by which `signed_at` goes along: it is under no signature
    client = administrator(committed)
    export(client)
    purge(client)
    with pytest.raises(CommandError, match="purged before their time"):
        verify()


def test_a_purge_under_heads_that_are_a_year_old_is_in_order(committed):
    """C15: what was rightly purged is not called a fault."""
    write(committed, 3)
    sign(committed, days_ago=400)
    old(committed, days=400)
    client = administrator(committed)
    export(client)
    purge(client)
    assert "1 signed heads fit" in verify(organization="stx")


CUT = (
    "INSERT INTO orgs_auditcut (id, organization_id, sequence, hash, lines, at) SELECT gen_random_uuid(), "
    "organization_id, sequence, hash, sequence, {at} FROM orgs_auditline WHERE {ours} AND sequence = 6"
)
GONE = "DELETE FROM orgs_auditline WHERE {ours} AND sequence <= 6"
SAID = (  # through the ordinary trigger, as the product itself would say it
    "INSERT INTO orgs_auditline (id, organization_id, sequence, actor_name, role, verb, subject_type, "
    "subject_label, outcome, permission, address, request, details) SELECT gen_random_uuid(), id, 0, '', '', "
    "'{verb}', '', '', 'done', '', '', '', '{details}' FROM orgs_organization WHERE code = 'stx'"
)
EXPORT = (
    "INSERT INTO orgs_auditexport (id, organization_id, first, last, hash, digest, at, exported_by_id) "
    "SELECT gen_random_uuid(), organization_id, 1, 6, hash, 'd', now(), (SELECT id FROM orgs_user u WHERE "
    "u.organization_id = l.organization_id LIMIT 1) FROM orgs_auditline l WHERE {ours} AND sequence = 6"
)
PURGED = SAID.replace("{verb}", "purge_audit").replace("{details}", '{"to": 6}')
EXPORTED = SAID.replace("{verb}", "export_audit").replace("{details}", '{"last": 6, "digest": "d"}')
EARLIER = "UPDATE orgs_signedhead SET signed_at = signed_at - interval '2 years'"
CUTS = {  # {what the owner of the database does: what is found}
    "future": (["now() + interval '2 years'", EXPORT, CUT, GONE, PURGED, EXPORTED], "has not come yet"),
    "past": (["now() - interval '2 years'", EXPORT, CUT, GONE, PURGED, EXPORTED], "were not cut when"),
    "no export": (["now()", CUT, GONE, PURGED], "lie in no export"),
    "nobody exported": (["now()", EXPORT, CUT, GONE, PURGED], "lie in no export"),
    "heads set back": (["now()", EXPORT, CUT, GONE, PURGED, EXPORTED, EARLIER], "before their time"),
}


@pytest.mark.parametrize("how", CUTS)
def test_recent_lines_that_the_owner_cut_away_are_found_out(committed, how):
    """C14, C15: no date that the owner can write makes a signed head older than it is."""
    for _ in range(3):
        write(committed, 4)
        sign(committed)
        committed.forward(days=1)
    (at, *statements), found = CUTS[how]
    ours = f"organization_id = '{committed.stx.organization.pk}'"
    as_owner(*(text.replace("{at}", at).replace("{ours}", ours) for text in statements))
    with pytest.raises(CommandError, match=found):
        verify()


FILES = {
    "line 3 was changed": lambda rows: rows[:3] + [rows[3].replace(b"view", b"gaze")] + rows[4:],
    "line 3 was changed, or does not continue": lambda rows: rows[:3] + rows[4:],
    "line 3 was changed, or does": lambda rows: rows[:3] + [rows[4], rows[3]] + rows[5:],
    "are missing at the end": lambda rows: rows[:-2],
    "this is no export": lambda rows: rows[1:],
}


@pytest.mark.parametrize("found", FILES)
def test_an_exported_file_checks_itself(committed, tmp_path, found):
    """C15: a file that was changed is found out, without a database."""
    write(committed, 5)
    sign(committed)
    path = tmp_path / "audit.txt"
    path.write_bytes(export(administrator(committed), "all").content)
    assert verify(file=str(path)) == "lines 1 to 6, unbroken; 1 signed heads fit\n"
    path.write_bytes(b"".join(FILES[found](path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(CommandError, match=found):
        verify(file=str(path))


def test_a_file_whose_chain_was_computed_again_does_not_fit_its_heads(committed, tmp_path):
    """C14, C15: the signed heads travel with the lines."""
    write(committed, 5)
    sign(committed)
    rebuild(committed.stx.organization, "UPDATE orgs_auditline SET role = 'x' WHERE sequence = 2 AND {ours}")
    path = tmp_path / "audit.txt"
    path.write_bytes(export(administrator(committed), "all").content)
    with pytest.raises(CommandError, match="line 6 is not the one that was signed"):
        verify(file=str(path))


def computed_again(content, heads):
    """The file with another word in its fourth line, every hash anew, and the heads that `heads` leaves."""
    opening, *rows = content.splitlines()
    opening = json.loads(opening)
    link, opening["heads"] = bytes.fromhex(opening["previous"]), heads(opening["heads"])
    yield json.dumps(opening).encode() + b"\n"
    for number, row in enumerate(rows, 1):
        text = row.partition(b" ")[2]
        text = text.replace(b'"view"', b'"edit"') if number == 4 else text
        link = hashlib.sha256(link + text).digest()
        yield link.hex().encode() + b" " + text + b"\n"


def test_a_file_that_was_computed_again_without_its_heads_is_found_out(committed, tmp_path):
    """C14, C15: a file of many days needs heads; one of a day is held against the mails that told them."""
    write(committed, 5)
    old(committed, days=3)
    head = sign(committed)
    write(committed, 1)
    path, mails = tmp_path / "audit.txt", tmp_path / "mails.txt"
    content = export(administrator(committed), "all").content
    path.write_bytes(content)
    mails.write_text(f"{head.day} {head.code}\n")
    assert "1 told heads are among them" in verify(file=str(path), heads=str(mails))
    path.write_bytes(b"".join(computed_again(content, heads=lambda heads: [])))
    with pytest.raises(CommandError, match="no signed head covers the more than two days after line 1"):
        verify(file=str(path))


def test_a_told_head_of_the_days_of_a_file_must_be_in_it(committed, tmp_path, monkeypatch):
    """C14, C15: whoever cuts the heads off cannot cut the mails."""
    monkeypatch.setattr(audit_heads, "LATE", timedelta(days=9))
    write(committed, 2)
    old(committed, days=3)
    write(committed, 2)
    day = date.today() - timedelta(days=1)
    path, mails = tmp_path / "audit.txt", tmp_path / "mails.txt"
    path.write_bytes(export(administrator(committed), "all").content)
    mails.write_text(f"{day} {'-'.join(['ABCD'] * 8)}\n")
    assert "0 signed heads" in verify(file=str(path))
    with pytest.raises(CommandError, match=f"the head told on {day} .* is not in this file"):
        verify(file=str(path), heads=str(mails))


def test_a_long_audit_leaves_in_parts(committed, monkeypatch):
    """C15: each file ends where the next begins after the purge."""
    monkeypatch.setattr(audit_keep, "PART", 4)
    a_year_old(committed)
    client = administrator(committed)
    for name, left in (("audit-1-4.txt", 5), ("audit-5-6.txt", 7)):
        assert name in export(client)["Content-Disposition"]
        purge(client)
        assert numbers(committed)[0] == left
    assert "unbroken" in verify(organization="stx")


@pytest.mark.parametrize("name", ["export_audit", "purge_audit"])
def test_taking_lines_away_asks_for_the_second_factor(world, name):
    """C8: eleven minutes after the last one."""
    client = signed_in_client(world.stx.administrator, stays=False)
    world.forward(minutes=11)
    assert client.post(reverse(name), {"kept": "on"}).url.startswith("/confirm/")


def test_the_page_says_what_may_go_and_costs_little(committed, django_assert_max_num_queries):
    a_year_old(committed)
    client = administrator(committed)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("keep_audit")).content.decode()
    assert "They can go once they are exported" in page
    export(client)
    page = client.get(reverse("keep_audit")).content.decode()
    assert "Lines 1 to 6" in page and "are old enough and in a file" in page
    refused = client.post(reverse("purge_audit"), {})
    assert refused.status_code == 200 and numbers(committed)[0] == 1
