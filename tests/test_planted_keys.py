"""Whoever can write to the database, and has none of an organization's secrets, comes by none (R11, C19).

Each test does what the password of the application's role allows, and nothing else.
"""

import os
from dataclasses import replace
from io import StringIO
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from orgs import clock, sealing, session
from orgs.keyring import kit, members, published, rotation, vouching
from orgs.models import AuditLine, KeyGrant, MemberKey, Organization, OutboxMessage, PublishedKey, RecoveryKit
from orgs.sealing import DataKey, Doubted, Secrets, Tampered, crypto
from orgs.tenancy import acting_for
from referrals.models import ReferralCopy
from tests.makers import referral as referrals
from tests.signing import opened, signed_in_client
from tests.test_keys import NEW, a_newcomer, give
from tests.world import PASSPHRASE


@pytest.fixture
def administrator(world):
    return world.stx.administrator


def sql(statement, *values):
    """A statement of the application's role, with nothing of Django's in between."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def as_owner(*statements):
    """What no statement of the application's role can do."""
    where = {"dbname": connection.settings_dict["NAME"], "autocommit": True}
    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], **where) as owner:
        for table in ("orgs_organization", "orgs_publishedkey"):
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        for statement in statements:
            owner.execute(statement)
        for table in ("orgs_organization", "orgs_publishedkey"):
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def insert(table, **values):
    """A row in SQL; returns its id."""
    values = {"id": uuid4(), **values}
    sql(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})",
        *values.values(),
    )
    return values["id"]


def a_planted_key(organization):
    """An account, a key and a grant that only rows say something of; returns the id of the key."""
    ours, blank = {"organization_id": organization.pk}, dict.fromkeys(("phone", "badge", "rules_version"), "")
    user = insert(
        "orgs_user",
        **ours,
        **blank,
        email="planted@stx.test",
        password="!",
        name="Planted (invented)",
        role="intake_worker",
        joined_at=clock.now(),
        is_active=True,
        failed_sign_ins=0,
        session_epoch=0,
    )
    public = crypto.public_der(crypto.new_private_key())
    lock = {"salt": b"", "rounds": 1, "locked": b"", "made_at": clock.now()}
    key = insert("orgs_memberkey", **ours, **lock, user_id=user, public_key=public)
    insert("orgs_keygrant", **ours, key_id=key, version=1, sealed=b"", mac=bytes(32))
    return key


def refused(act, *values, **columns):
    with pytest.raises(DatabaseError, match="permission denied|row-level security|not the next key"):
        with transaction.atomic():
            insert(act, **columns) if columns else sql(act, *values)


# Who is given the secrets


def test_a_holder_whom_nobody_gave_keys_gets_none_when_they_change(world, administrator):
    """R11, C19: the change goes through, the planted row gets nothing, and administrators are told."""
    with world.acting(administrator):
        key = a_planted_key(administrator.organization)
    client = world.client(administrator)
    page = client.get(reverse("keys"))
    assert [one.pk for one in page.context["unvouched"]] == [key] and "Given by nobody" in page.text
    assert key not in {one.pk for one in page.context["holders"]}
    client.post(reverse("rotate_keys"))
    with world.acting(administrator):
        assert not KeyGrant.objects.filter(key_id=key, version=2).exists()
        others = MemberKey.objects.exclude(pk=key).count()
        assert KeyGrant.objects.filter(version=2).count() == others >= 6
        line = AuditLine.objects.get(verb="refuse_keys")
        assert line.subject_id == MemberKey.objects.get(pk=key).user_id
        assert OutboxMessage.objects.filter(recipient=administrator, kind="reminder").count() == 1


def test_closing_an_account_gives_a_planted_holder_nothing_either(world, administrator):
    """R11: the change of keys that comes by itself asks the same."""
    member = a_newcomer(world)
    give(world, member)
    with world.acting(administrator):
        key = a_planted_key(administrator.organization)
    world.client(administrator).post(reverse("deactivate_member", args=[member.pk]))
    with world.acting(administrator):
        assert KeyGrant.objects.filter(version=2).exists()
        assert not KeyGrant.objects.filter(key_id=key, version=2).exists()


def test_a_mark_is_good_for_one_holder_one_key_and_one_version(world, administrator):
    """R11: whoever copies a mark from another row, or puts another key under it, has no mark."""
    with world.acting(administrator):
        secrets = sealing.opened(administrator.organization_id)
        key, other = MemberKey.objects.select_related("user").order_by("pk")[:2]
        mac = bytes(key.grants.get().mac)
        assert vouching.was_given(secrets, key, 1, mac)
        assert not vouching.was_given(secrets, other, 1, mac)
        two = secrets.rotated()
        assert not vouching.was_given(two, key, 2, mac)
        key.public_key = other.public_key
        assert not vouching.was_given(secrets, key, 1, mac)
        another = Secrets.new(administrator.organization_id)
        assert not vouching.was_given(another, other, 1, other.grants.get().mac)


def test_a_planted_kit_opens_nothing_after_a_change_of_keys(world, administrator):
    """R11, C19: the recovery kit is a holder like any other."""
    with world.acting(administrator):
        mine, organization = crypto.new_private_key(), administrator.organization
        planted = RecoveryKit(
            organization=organization, public_key=crypto.public_der(mine), locked={}, made_by=administrator
        )
        planted.made_at = world.now
        planted.save(force_insert=True)
        KeyGrant(organization=organization, kit=planted, version=1, sealed=b"", mac=bytes(32)).save(
            force_insert=True
        )
        rotation.rotate(organization, actor=administrator, why="asked")
        assert not planted.grants.filter(version=2).exists()
        assert AuditLine.objects.filter(verb="refuse_keys").count() == 1


def test_a_grant_that_was_planted_for_a_waiting_member_is_no_grant(world, administrator):
    """R11: it keeps nobody from their keys, and the mark of whoever gives takes its place."""
    member = a_newcomer(world)
    with world.acting(administrator):
        key = MemberKey.objects.get(user=member)
        KeyGrant(organization=member.organization, key=key, version=1, sealed=b"", mac=bytes(32)).save(
            force_insert=True
        )
    assert "Given." in give(world, member).text
    with acting_for(member.organization_id), transaction.atomic():
        assert members.secrets_for(member, members.open_key(member, PASSPHRASE)) == opened(administrator)[1]


def test_the_digits_on_a_members_screen_are_of_the_key_that_they_hold(world, administrator):
    """R11: another key in their row shows on one side only, so that the two of them notice."""
    member = a_newcomer(world)
    client = signed_in_client(member)
    before = client.get(reverse("caseload")).context["code"]
    with world.acting(administrator):
        row = MemberKey.objects.get(user=member)
        MemberKey.objects.filter(pk=row.pk).delete()
        row.public_key = crypto.public_der(crypto.new_private_key())
        row.save(force_insert=True)
        assert members.check_code(row.public_key) != before
    assert client.get(reverse("caseload")).context["code"] == before


def test_nothing_is_sealed_to_a_key_that_its_member_does_not_hold(world, administrator):
    """R11: the kit's two parts give the secrets to the key whose private half is here, or to none."""
    parts = world.client(administrator).post(reverse("make_recovery_kit")).context["parts"]
    with world.acting(administrator):
        MemberKey.objects.filter(user=administrator).delete()
        private = members.make_key(administrator, NEW)
        row = MemberKey.objects.get(user=administrator)
        MemberKey.objects.filter(pk=row.pk).delete()
        row.public_key = crypto.public_der(crypto.new_private_key())
        row.save(force_insert=True)
        with pytest.raises(Tampered, match="does not belong"):
            kit.recover(administrator, private, *parts[:2])
        assert not row.grants.exists()


def test_the_applications_role_changes_no_key_and_no_grant(world, administrator):
    """R11, C19: rows of keys are made and deleted; the mark of an upgrade is a migration's alone."""
    with world.acting(administrator):
        organization = administrator.organization
        refused("UPDATE orgs_memberkey SET public_key = ''")
        refused("UPDATE orgs_keygrant SET mac = ''")
        refused("UPDATE orgs_organization SET public_key = ''")
        refused("UPDATE orgs_organization SET key_version = 2")
        refused("SELECT publish_key(1, %s)", b"mine")
        refused("SELECT publish_key(2, %s)", b"mine")
        key = MemberKey.objects.first()
        ours = {"organization_id": organization.pk}
        adopted = vouching.ADOPTED + crypto.fingerprint(bytes(key.public_key))
        refused("orgs_keygrant", **ours, key_id=key.pk, version=7, sealed=b"", mac=adopted)
        refused("orgs_publishedkey", **ours, version=1, public_key=b"", key_id="", at=clock.now())


# Grants and keys from before there were marks


def test_a_grant_from_before_marks_is_good_for_the_key_that_it_was_to(world, administrator):
    """C19: an upgrade takes nobody's keys away, and opens no door for another key."""
    with world.acting(administrator):
        secrets, key = sealing.opened(administrator.organization_id), MemberKey.objects.first()
        mac = vouching.ADOPTED + crypto.fingerprint(bytes(key.public_key))
        assert vouching.was_given(secrets, key, 1, mac)
        key.public_key = crypto.public_der(crypto.new_private_key())
        assert not vouching.was_given(secrets, key, 1, mac)


def test_the_key_that_an_upgrade_took_over_is_signed_once(committed):
    """C19: the worker signs it at its start; a second start, and a planted row, change nothing."""
    organization = committed.stx.organization
    as_owner(
        f"DELETE FROM orgs_publishedkey WHERE organization_id = '{organization.pk}'",
        "INSERT INTO orgs_publishedkey (id, organization_id, version, public_key, key_id, at) SELECT "
        "gen_random_uuid(), id, key_version, public_key, '', now() FROM orgs_organization "
        f"WHERE id = '{organization.pk}'",
    )
    published._known.clear()
    assert not published.stands(organization)
    assert not Organization.objects.helping().filter(pk=organization.pk).exists()
    out = StringIO()
    for _ in range(2):
        call_command("sign_organization_keys", stdout=out)
    assert out.getvalue() == "stx: signed. Others can seal to it.\n"
    assert published.stands(organization)
    assert Organization.objects.helping().filter(pk=organization.pk).exists()


# To which key others seal


def a_swapped_key(organization):
    """What the application's role can bring about: another key in the row, as if it were the next version."""
    mine = DataKey.new()
    a_link(organization, 2, mine.public_key, signature=b"mine")
    sql("SELECT publish_key(2, %s)", mine.public_key)
    organization.refresh_from_db()
    return mine


def a_link(organization, version, public_key, *, signature, previous=1):
    PublishedKey.objects.create(
        organization=organization,
        version=version,
        public_key=public_key,
        previous=previous,
        signature=signature,
        at=clock.now(),
    )


def test_nothing_is_sealed_to_a_key_that_nobody_signed(committed):
    """R11: a packet for a service whose key was replaced is not sent, it is said, and the service is told."""
    service, officer = committed.stx, committed.officer
    with committed.acting(service.administrator):
        a_swapped_key(service.organization)
    with committed.acting(officer), pytest.raises(Doubted):
        referrals.sent(committed)
    with acting_for(service.organization.pk), transaction.atomic():
        assert not ReferralCopy.objects.exists()
    published.alarm(service.organization.pk)
    with committed.acting(service.administrator):
        assert AuditLine.objects.filter(verb="doubt_key").count() == 1
        assert OutboxMessage.objects.filter(recipient=service.administrator).count() == 1


def test_a_packet_that_could_not_be_sealed_says_so_and_alarms(committed):
    """R11: the sender reads whom to call instead, and those who administer the service get their mail."""
    draft = referrals.draft(committed)
    with committed.acting(committed.stx.administrator):
        a_swapped_key(committed.stx.organization)
    client = committed.client(committed.officer)
    answer = client.post(reverse("send_referral", args=[draft.reference]), {"agree": "on"})
    assert answer.status_code == 503 and "was not saved or sent" in answer.text
    assert "5550110" in answer.text and "stx" not in answer.text
    with committed.acting(committed.stx.administrator):
        assert AuditLine.objects.filter(verb="doubt_key").exists()
        assert OutboxMessage.objects.filter(recipient=committed.stx.administrator).exists()


def test_members_read_and_seal_nothing_while_the_key_is_not_theirs(world, administrator):
    """R11: what is there opens; nothing new is sealed; it is on record once a session."""
    with world.acting(administrator):
        a_swapped_key(administrator.organization)
    client = world.client(administrator)
    page = client.get(reverse("keys"))
    client.get(reverse("keys"))
    assert page.status_code == 200 and "is in doubt" in page.text
    assert client.post(reverse("rotate_keys")).status_code == 503
    assert client.post(reverse("make_recovery_kit")).status_code == 503
    with world.acting(administrator):
        assert AuditLine.objects.filter(verb="doubt_key").count() == 3
        assert administrator.organization.key_version == 2
        assert not KeyGrant.objects.filter(version__gt=1).exists()


def test_secrets_that_were_sealed_to_members_by_a_stranger_seal_nothing(world, administrator):
    """R11: a grant is a letter that anybody can write; it opens, and its key is nobody's."""
    with world.acting(administrator):
        mine, organization = a_swapped_key(administrator.organization), administrator.organization
        theirs = Secrets(organization.pk, {2: mine}, 2)
        for key in MemberKey.objects.all():
            members.give(theirs, key=key)
        private = members.open_key(administrator, PASSPHRASE)
        taken = members.secrets_for(administrator, private)
        assert taken.current == 2 and published.judged(organization, taken).doubted
        with sealing.opening(replace(taken, doubted=True)), pytest.raises(Doubted):
            sealing.public_key_of(organization)
        with sealing.opening(replace(taken, doubted=True)), pytest.raises(Doubted):
            rotation.rotate(organization, actor=administrator, why="asked")


def test_a_key_that_was_replaced_names_no_successor(world, administrator):
    """R11, C19: whoever left with the secrets of before signs no key after the ones that came since."""
    with world.acting(administrator):
        organization = administrator.organization
        before = sealing.opened(organization.pk)
        rotation.rotate(organization, actor=administrator, why="left")
        mine = DataKey.new()
        text = published.statement(organization.pk, 3, mine.public_key, 1)
        signature = before.newest.private.sign(text.encode(), published.ECDSA)
        a_link(organization, 3, mine.public_key, signature=signature)
        assert sorted(published.standing(organization.pk)) == [1, 2]
        refused("SELECT publish_key(3, %s)", mine.public_key)


def test_a_change_of_keys_is_believed_without_anybodys_help(world, administrator):
    """C19: the key before signs the next, whatever somebody put into the place of it."""
    with world.acting(administrator):
        organization = administrator.organization
        a_link(organization, 2, b"x", signature=b"y")
        rotation.rotate(organization, actor=administrator, why="asked")
        assert organization.key_version == 3 and published.stands(organization)
    assert sealing.public_key_of(organization)


def test_what_was_typed_is_not_kept_under_a_key_in_doubt(world, administrator, rf):
    """R11, C7: the lock page says that it is lost; it is not sealed to a stranger."""
    with world.acting(administrator):
        a_swapped_key(administrator.organization)
        request = rf.post("/", {"text": "Typed (invented)"})
        request.user, request.doubts = administrator, set()
        with sealing.closed():
            assert session.keep(request) == ""
        assert request.doubts == {administrator.organization_id}


def test_the_owner_puts_the_last_signed_key_back(committed, settings):
    """C19: and nobody else can; digits that are not the key's sign nothing."""
    boss = committed.stx.administrator
    with committed.acting(boss):
        good = bytes(boss.organization.public_key)
        a_swapped_key(boss.organization)
    with pytest.raises(CommandError, match="sign nothing"):
        call_command("sign_organization_keys", code="stx", digits=members.check_code(good))
    settings.CAUSEWAY_REFUSES_STRONG_ROLES = True
    with pytest.raises(CommandError, match="Only the owner"):
        call_command("restore_organization_key", code="stx")
    settings.CAUSEWAY_REFUSES_STRONG_ROLES = False
    url = connection.settings_dict
    role = url["USER"]
    connection.close()
    url["USER"] = psycopg.conninfo.conninfo_to_dict(os.environ["CAUSEWAY_TEST_OWNER"])["user"]
    try:
        call_command("restore_organization_key", code="stx", stdout=StringIO())
    finally:
        connection.close()
        url["USER"] = role
    boss.organization.refresh_from_db()
    assert bytes(boss.organization.public_key) == good and published.stands(boss.organization)
