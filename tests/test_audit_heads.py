"""A chain that somebody computed again from end to end, with every right in the database, is found out."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from config.celery import app
from orgs import audit_chain, audit_heads, audit_key, outbox
from orgs.models import OutboxMessage, SignedHead
from orgs.tasks import sign_head_of
from tests.makers.audit import rebuild, sign, write
from tests.test_machinery_settings import environment, read_production  # noqa: F401 - a fixture

CHANGE = "UPDATE orgs_auditline SET actor_name = 'Somebody' WHERE sequence = 3 AND {ours}"
DROP = "DELETE FROM orgs_auditline WHERE sequence = 3 AND {ours}"


def verify(**options):
    out = StringIO()
    call_command("verify_audit", stdout=out, stderr=out, **options)
    return out.getvalue()


def three_days(world):
    """Six lines, and a signed head on each of three days; returns the heads."""
    heads = []
    for _ in range(3):
        write(world, 2)
        heads.append(sign(world))
        world.forward(days=1)
    return heads


@pytest.mark.parametrize("change", [CHANGE, DROP, CHANGE.replace("= 3", "> 3")])
def test_a_chain_that_its_owner_rebuilt_is_found_out(committed, change):
    """C14: every hash, link and number fits again, and still it is not what was signed."""
    three_days(committed)
    assert "3 signed heads fit" in verify()
    rebuild(committed.stx.organization, change)
    with committed.acting(committed.stx.administrator):
        assert audit_chain.verify(committed.stx.organization.pk).fault == ""
    with pytest.raises(CommandError, match=r"stx: line \d+ is not the one that was signed on .*rebuilt"):
        verify()


HEADS = {
    "does not carry its signature": "UPDATE orgs_signedhead h SET hash = l.hash FROM orgs_auditline l "
    "WHERE l.organization_id = h.organization_id AND l.sequence = h.sequence",
    "a signed head before .* is missing": "DELETE FROM orgs_signedhead WHERE id = (SELECT id FROM "
    "orgs_signedhead ORDER BY day OFFSET 1 LIMIT 1)",
    "a key that is not known here": "UPDATE orgs_signedhead SET key_id = 'another'",
}


@pytest.mark.parametrize("found", HEADS)
def test_heads_that_were_made_to_fit_are_found_out(committed, found):
    """C14: without the key nobody signs, and a head in the middle is missed by the one after it."""
    three_days(committed)
    rebuild(committed.stx.organization, CHANGE, then=[HEADS[found]])
    with pytest.raises(CommandError, match=f"stx: .*{found}"):
        verify()


def test_the_mails_find_out_who_took_the_last_heads_away(committed, tmp_path):
    """C14: nothing in the database tells of heads that were deleted; what administrators kept does."""
    codes = [f"{head.day} {head.code}" for head in three_days(committed)]
    rebuild(committed.stx.organization, CHANGE, "DELETE FROM orgs_signedhead")
    verify()
    pasted = tmp_path / "mails.txt"
    pasted.write_text("Please keep this message.\n\n" + "\n--\n".join(codes))
    with pytest.raises(CommandError) as told:
        verify(heads=str(pasted))
    assert str(told.value).count("is in no chain") == 3 and codes[0].split()[1] in str(told.value)


def test_the_mails_find_out_who_has_the_key_too(committed, tmp_path):
    """C14: a chain rebuilt and signed anew, with the installation's own key, gives other codes."""
    before = three_days(committed)
    rebuild(committed.stx.organization, CHANGE, "DELETE FROM orgs_signedhead")
    sign(committed)
    assert "1 signed heads fit" in verify()
    pasted = tmp_path / "mails.txt"
    pasted.write_text(f"{before[-1].day} {before[-1].code}")
    with pytest.raises(CommandError, match="is in no chain"):
        verify(heads=str(pasted))


def test_heads_that_were_told_and_stand_are_confirmed(committed, tmp_path, monkeypatch):
    """C14: from a file or pasted, whole mails or single lines; what holds no head is said."""
    heads = three_days(committed)
    pasted = tmp_path / "mails.txt"
    pasted.write_text("\n".join(f"{head.day}  {head.code}" for head in heads))
    assert "3 told heads are among them" in verify(heads=str(pasted))
    monkeypatch.setattr("sys.stdin", StringIO(pasted.read_text()))
    assert "3 told heads" in verify(heads="-")
    pasted.write_text("Hello")
    with pytest.raises(CommandError, match="holds no head"):
        verify(heads=str(pasted))


def test_a_head_is_signed_once_a_day_and_told_to_every_administrator(world):
    """C14, R38: one constant sentence, the day and a code; twice the same day nothing happens."""
    write(world, 2)
    sign_head_of(str(world.stx.organization.pk))
    sign_head_of(str(world.stx.organization.pk))
    with world.acting(world.stx.administrator):
        head = SignedHead.objects.get()
        [message] = OutboxMessage.objects.all()
        assert message.recipient == world.stx.administrator
        sent = outbox.compose(message)
    assert sent.subject == "Causeway"
    assert f"{head.day} {head.code}" in sent.body
    for word in ("stx", "St. Croix", "Help", "Administrator", str(head.sequence) + " ", "lines"):
        assert word not in sent.body, word
    assert head.sequence == 3, "the signing itself is on record, below the signature"
    assert not mail.outbox


def test_a_code_does_not_tell_how_much_is_done(world):
    """R38: the code is a digest over a hash that nobody outside knows, of one length for all."""
    one = audit_heads.code_of(audit_heads.statement("a", "2026-01-01", 1, b"x" * 32, ""))
    other = audit_heads.code_of(audit_heads.statement("a", "2026-01-01", 10**9, b"y" * 32, ""))
    assert len(one) == len(other) == 39 and one != other


def test_the_schedule_signs_every_hour_what_was_not_signed_today():
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "orgs.sign_heads" in tasks


def test_the_application_cannot_change_or_take_a_head(world):
    """C14: its role may only add."""
    write(world, 1)
    sign(world)
    with world.acting(world.stx.administrator):
        for act in (lambda: SignedHead.objects.update(key_id=""), lambda: SignedHead.objects.all().delete()):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                act()


def test_a_key_of_an_earlier_time_still_checks_what_it_signed(committed, tmp_path, settings):
    """C19: a new key signs from its first day on; the old public one stays with whoever checks."""
    old = audit_key.private_key().public_key()
    write(committed, 1)
    sign(committed)
    settings.CAUSEWAY_AUDIT_KEY_FILE = str(audit_key.write(tmp_path / "new.pem"))
    committed.forward(days=1)
    sign(committed)
    with pytest.raises(CommandError, match="key that is not known here"):
        verify()
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    kept = tmp_path / "old.pub"
    kept.write_bytes(old.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert "2 signed heads fit" in verify(key=[str(kept)])


def test_silence_of_the_signer_is_told(committed):
    """Lines that no head has covered for two days are said, though nothing is broken."""
    write(committed, 1)
    committed.forward(days=3)
    assert "no head was signed for two days: stx" in verify()
    sign(committed)
    assert "no head" not in verify()


def test_without_a_key_nothing_is_signed_and_it_is_said(world, settings):
    settings.CAUSEWAY_AUDIT_KEY_FILE = ""
    write(world, 1)
    with pytest.raises(audit_key.NoKey, match="CAUSEWAY_AUDIT_KEY_FILE"):
        sign(world)


def test_production_does_not_start_to_sign_without_a_key(environment, tmp_path):  # noqa: F811
    """C14, C19: the worker refuses; everybody else runs without."""
    assert read_production(environment).returncode == 0
    signs = environment | {"CAUSEWAY_SIGNS": "yes"}
    assert "CAUSEWAY_AUDIT_KEY_FILE" in read_production(signs).stderr
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("not a key")
    for path in (str(wrong), str(tmp_path / "nothing"), str(tmp_path)):
        done = read_production(signs | {"CAUSEWAY_AUDIT_KEY_FILE": path})
        assert done.returncode != 0 and "CAUSEWAY_AUDIT_KEY_FILE" in done.stderr
    good = audit_key.write(tmp_path / "good.pem")
    done = read_production(signs | {"CAUSEWAY_AUDIT_KEY_FILE": str(good)})
    assert done.returncode == 0, done.stderr
    from tests.servers import ROOT

    assert "CAUSEWAY_SIGNS=yes" in (ROOT / "docker" / "worker").read_text()


def test_a_key_is_made_once(tmp_path):
    out, path = StringIO(), tmp_path / "audit_key.pem"
    call_command("make_audit_key", str(path), stdout=out)
    assert path.stat().st_mode & 0o077 == 0 and "PRIVATE" not in (tmp_path / "audit_key.pem.pub").read_text()
    assert audit_key.read_private(path.read_bytes())
    with pytest.raises(CommandError, match="never overwritten"):
        call_command("make_audit_key", str(path))


def test_reading_what_was_signed_takes_an_administrator(world):
    """C10, C11: the heads stand on the page that keeps the audit; reading it is on record."""
    write(world, 1)
    head = sign(world)
    page = world.client(world.stx.administrator).get(reverse("keep_audit"))
    assert head.code in page.content.decode()
    assert world.client(world.stx.supervisor).get(reverse("keep_audit")).status_code == 404
