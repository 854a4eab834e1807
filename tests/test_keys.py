"""Members hold the keys: who can open, how they come to, and what is left to one who has everything else."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse

from cases.models import Note, Person
from orgs import sealing
from orgs.keyring import kit, members, rotation
from orgs.models import AuditLine, Invitation, KeyGrant, MemberKey, OutboxMessage, Resealing, User
from orgs.sealing import Locked, Tampered
from orgs.tenancy import acting_for
from tests.makers.case import open_case
from tests.signing import opened, signed_in_client
from tests.world import PASSPHRASE

NEW = "turtle lantern breeze cobalt"


@pytest.fixture
def administrator(world):
    return world.stx.administrator


def a_newcomer(world, passphrase=PASSPHRASE):
    """An invited advocate who has accepted: their key is new and opens nothing."""
    administrator = world.stx.administrator
    with acting_for(administrator.organization_id), transaction.atomic():
        invitation = Invitation.make(
            organization=administrator.organization,
            email="newcomer@stx.test",
            name="Newcomer (invented)",
            role="advocate",
            actor=administrator,
        )
        member = invitation.accept(passphrase=passphrase)
        members.come_in(member, passphrase)
    return member


def give(world, member):
    """An administrator gives the secrets to a member's key, through the page."""
    client = world.client(world.stx.administrator)
    url = reverse("give_keys", args=[member.pk])
    code = client.get(url).context["code"]
    return client.post(url, {"code": code}, follow=True)


# One's own key


def test_a_passphrase_opens_its_members_key_and_no_other_does(world):
    """R11: the private half lies locked by the passphrase; another passphrase or member's row fails."""
    advocate, colleague = world.stx.advocate, world.stx.colleague
    with world.acting(advocate):
        assert members.open_key(advocate, PASSPHRASE)
        with pytest.raises(Tampered):
            members.open_key(advocate, NEW)
        theirs = MemberKey.objects.get(user=colleague)
        MemberKey.objects.filter(user=advocate).update(
            locked=theirs.locked, salt=theirs.salt, rounds=theirs.rounds
        )
        with pytest.raises(Tampered):
            members.open_key(advocate, PASSPHRASE)


def test_a_grant_moved_to_another_member_opens_nothing(world):
    """C18: a grant is bound to organization, holder and version."""
    advocate, colleague = world.stx.advocate, world.stx.colleague
    with world.acting(advocate):
        private, _ = opened(advocate)
        stolen, own = KeyGrant.objects.get(key__user=colleague), KeyGrant.objects.get(key__user=advocate)
        own.delete()
        KeyGrant(
            organization=stolen.organization, key=own.key, version=1, sealed=stolen.sealed, mac=own.mac
        ).save(force_insert=True)
        with pytest.raises(Tampered):
            members.secrets_for(advocate, private)


def test_another_organizations_members_open_nothing_of_it(world):
    """R12: an officer's key holds the police's secrets; with them no value of a service opens."""
    with world.acting(world.stx.advocate):
        case = open_case(world.stx.advocate)
    with world.acting(world.officer), acting_for(world.stx.advocate.organization_id):
        with pytest.raises(Locked):
            Person.objects.get(pk=case.person_id).alias  # noqa: B018 - reading is the point


def test_a_new_passphrase_locks_the_same_key_anew(world):
    """R11: what the member could open they still can, with the new passphrase and no longer with the old."""
    advocate = world.stx.advocate
    client, before = world.client(advocate), opened(advocate)[1]
    said = {"oldpassword": PASSPHRASE, "password1": NEW, "password2": NEW}
    assert client.post(reverse("account_change_password"), said).status_code == 302
    assert client.get(reverse("caseload")).status_code == 200
    with acting_for(advocate.organization_id), transaction.atomic():
        private = members.open_key(advocate, NEW)
        assert members.secrets_for(advocate, private) == before
        with pytest.raises(Tampered):
            members.open_key(advocate, PASSPHRASE)


# Between two requests


def test_the_session_without_its_cookie_opens_nothing(world):
    """R11: whoever has the database and the session's id still lacks what only the browser has."""
    client = world.client(world.stx.advocate)
    assert client.get(reverse("caseload")).status_code == 200
    del client.cookies[settings.CAUSEWAY_KEY_COOKIE_NAME]
    answer = client.get(reverse("caseload"))
    assert answer.templates[0].name == "lock.html"
    assert "held" not in client.session


def test_the_cookie_of_another_session_opens_nothing(world):
    """R11: a cookie and a box belong together, even for the same member."""
    one, other = world.client(world.stx.advocate), world.client(world.stx.advocate)
    name = settings.CAUSEWAY_KEY_COOKIE_NAME
    one.cookies[name] = other.cookies[name].value
    assert one.get(reverse("caseload")).templates[0].name == "lock.html"


def test_a_locked_screen_has_forgotten_the_key(world):
    """C7, R11: locking drops the box and takes the cookie back; the passphrase brings a new one."""
    client = world.client(world.stx.advocate)
    name = settings.CAUSEWAY_KEY_COOKIE_NAME
    before = client.cookies[name].value
    locked = client.post(reverse("lock"))
    assert locked.cookies[name]["max-age"] == 0 and "held" not in client.session
    opened_again = client.post(reverse("unlock"), {"passphrase": PASSPHRASE, "next": reverse("caseload")})
    cookie = opened_again.cookies[name]
    assert opened_again.status_code == 302 and cookie.value not in {before, ""}
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    assert cookie["max-age"] == world.stx.organization.idle_minutes * 60 + 60
    assert client.get(reverse("caseload")).status_code == 200


def test_signing_out_takes_the_key_back(world):
    """C21: after signing out the browser holds nothing."""
    client = world.client(world.stx.advocate)
    answer = client.post(reverse("account_logout"))
    assert answer.cookies[settings.CAUSEWAY_KEY_COOKIE_NAME]["max-age"] == 0


# Coming in, and coming back


def test_a_newcomer_opens_nothing_until_an_administrator_gives_keys(world):
    """R11: joining is not enough; the administrator compares a code with them and gives the secrets."""
    member = a_newcomer(world)
    client = signed_in_client(member)
    page = client.get(reverse("caseload"))
    assert page.templates[0].name == "account/waiting.html"
    with acting_for(member.organization_id), transaction.atomic():
        code = members.check_code(MemberKey.objects.get(user=member).public_key)
        told = OutboxMessage.objects.filter(kind="reminder", recipient=world.stx.administrator)
        assert told.count() == 1
    assert code in page.text and re.fullmatch(r"(\d{4} ){3}\d{4}", code)
    assert "Given." in give(world, member).text
    assert client.get(reverse("caseload")).templates[0].name != "account/waiting.html"
    with acting_for(member.organization_id), transaction.atomic():
        assert AuditLine.objects.get(verb="give_keys").subject_id == member.pk


def test_keys_go_only_to_the_key_that_was_compared(world):
    """R11: one that was swapped while the page was open gets nothing."""
    member = a_newcomer(world)
    client = world.client(world.stx.administrator)
    url = reverse("give_keys", args=[member.pk])
    code = client.get(url).context["code"]
    with world.acting(world.stx.administrator):
        members.make_key(member, NEW)
    assert client.post(url, {"code": code}).url == url
    with world.acting(world.stx.administrator):
        assert not KeyGrant.objects.filter(key__user=member).exists()


def test_giving_keys_asks_for_the_second_factor_again(world):
    """C8: a stolen screen gives nobody keys, makes no kit and changes none."""
    member = a_newcomer(world)
    client = world.client(world.stx.administrator)
    session = client.session
    session["second_factor_at"] -= 3600
    session.save()
    for url in (
        reverse("give_keys", args=[member.pk]),
        reverse("readmit_member", args=[member.pk]),
        reverse("make_recovery_kit"),
        reverse("rotate_keys"),
    ):
        assert reverse("mfa_reauthenticate").split("/")[1] in client.post(url).url


def test_who_lost_the_passphrase_comes_back_with_a_new_key(world, client):
    """C19, C9: nobody resets it by mail alone: an administrator recognizes them, and gives keys again."""
    advocate = world.stx.advocate
    before = signed_in_client(advocate)
    asked = world.client(world.stx.administrator).post(reverse("readmit_member", args=[advocate.pk]))
    assert asked.status_code == 302
    assert "sign-in" in before.get(reverse("caseload")).url
    with world.acting(world.stx.administrator):
        link = OutboxMessage.objects.get(kind="invitation", address=advocate.email).link
        assert not MemberKey.objects.filter(user=advocate).exists()
    path = link.removeprefix(settings.CAUSEWAY_SITE_URL)
    client.post(reverse("notice"), {"accepted": "on", "next": path})
    assert client.get(path).status_code == 200
    assert client.post(path, {"passphrase": NEW, "again": NEW}).url == reverse("account_login")
    assert client.get(path).status_code == 404
    with acting_for(advocate.organization_id), transaction.atomic():
        member = User.objects.select_related("organization").get(pk=advocate.pk)
        assert member.check_password(NEW) and not member.check_password(PASSPHRASE)
        assert members.come_in(member, NEW)[1] is None
    give(world, member)
    with acting_for(advocate.organization_id), transaction.atomic():
        assert members.secrets_for(member, members.open_key(member, NEW)) == opened(world.stx.colleague)[1]


def test_nobody_readmits_themselves(world):
    """C10: an administrator's own passphrase is another one's business."""
    administrator = world.stx.administrator
    client = world.client(administrator)
    assert client.post(reverse("readmit_member", args=[administrator.pk])).status_code == 409


# The recovery kit


@pytest.fixture
def parts(world, administrator):
    """The three printed parts of a kit."""
    page = world.client(administrator).post(reverse("make_recovery_kit"))
    return page.context["parts"]


@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 0), (0, 2), (2, 1)])
def test_any_two_parts_open_everything_again(world, administrator, parts, one, other):
    """C19: when every administrator has lost the passphrase, two of three people bring it back."""
    with world.acting(administrator):
        secrets = sealing.opened(administrator.organization_id)
        MemberKey.objects.filter(organization_id=administrator.organization_id).delete()
    with acting_for(administrator.organization_id), transaction.atomic():
        private, nothing = members.come_in(administrator, PASSPHRASE)
        assert nothing is None
    client = signed_in_client(administrator)
    assert reverse("recover_keys") in client.get(reverse("members")).text
    typed = {"first": parts[one].lower().replace(" ", "-"), "second": parts[other]}
    assert client.post(reverse("recover_keys"), typed).url == reverse("keys")
    assert client.get(reverse("members")).status_code == 200
    with acting_for(administrator.organization_id), transaction.atomic():
        assert members.secrets_for(administrator, private) == secrets
        assert AuditLine.objects.filter(verb="recover_keys").exists()


def test_one_part_twice_a_wrong_letter_and_a_part_of_an_older_kit_open_nothing(world, administrator, parts):
    """C19: and what was typed wrong is said without telling what was right."""
    newer = world.client(administrator).post(reverse("make_recovery_kit")).context["parts"]
    with world.acting(administrator):
        MemberKey.objects.filter(organization_id=administrator.organization_id).delete()
    with acting_for(administrator.organization_id), transaction.atomic():
        members.come_in(administrator, PASSPHRASE)
    client = signed_in_client(administrator)
    wrong = newer[1][:-1] + ("A" if newer[1][-1] != "A" else "B")
    for first, second in [
        (newer[0], newer[0]),
        (newer[0], wrong),
        (newer[0], parts[1]),
        (parts[0], parts[1]),
    ]:
        page = client.post(reverse("recover_keys"), {"first": first, "second": second})
        assert page.status_code == 200 and page.context["form"].errors
    with acting_for(administrator.organization_id), transaction.atomic():
        assert AuditLine.objects.filter(verb="fail_recover_keys").count() == 2
        assert not KeyGrant.objects.filter(key__user=administrator).exists()


def test_a_part_says_nothing_alone(parts):
    """C19: no part opens a stored copy, and none is derived from another."""
    read = [kit.read(part) for part in parts]
    assert [name for name, _ in read] == ["A", "B", "C"]
    assert len({part for _, part in read}) == 3 and all(len(part) == kit.PART_BYTES for _, part in read)


def test_the_kit_is_for_administrators(world):
    """C10: nobody else even sees the page, whatever the state of their key."""
    member = a_newcomer(world)
    assert signed_in_client(member).get(reverse("recover_keys")).status_code == 403


# Changing keys


def everything(organization_id):
    """{(table, row, column): value} of all that an organization has sealed, opened."""
    return {
        (model._meta.db_table, str(row.pk), field.name): getattr(row, field.name)
        for model in rotation.sealed_models()
        for row in model._base_manager.filter(organization_id=organization_id)
        for field in model._meta.concrete_fields
        if isinstance(field, sealing.base.SealedField)
    }


def a_busy_case(world):
    with world.acting(world.stx.advocate):
        case = open_case(world.stx.advocate)
        case.add_note(text="She would rather be called in the morning.", actor=world.stx.advocate)
    return case


def until_done(world, client, most=50):
    for _ in range(most):
        with world.acting(world.stx.administrator):
            if not Resealing.objects.filter(finished_at=None).exists():
                return
        client.post(reverse("go_on_resealing"))
    raise AssertionError("The change of keys does not end.")


def test_a_change_of_keys_brings_everything_over_and_drops_the_old(world, administrator, monkeypatch):
    """C19: notes too, which nobody can change; batches of any size; the old version opens nothing."""
    case = a_busy_case(world)
    monkeypatch.setattr(rotation, "BATCH", 3)
    client = world.client(administrator)
    with world.acting(administrator):
        before, old = everything(administrator.organization_id), sealing.opened(administrator.organization_id)
    assert len(before) > 8
    client.post(reverse("rotate_keys"))
    world.forward(minutes=3)
    assert "still lie" in client.get(reverse("keys")).text
    until_done(world, client)
    administrator.organization.refresh_from_db()
    with world.acting(administrator):
        assert administrator.organization.key_version == 2
        assert everything(administrator.organization_id) == before
        assert list(sealing.opened(administrator.organization_id).versions) == [2]
        assert rotation.left(administrator.organization, 2) == 0
        found = Person.objects.matching(world.stx.advocate, Person.objects.get(pk=case.person_id).called)
        assert [person.pk for person in found] == [case.person_id]
    with acting_for(administrator.organization_id), sealing.opening(old), transaction.atomic():
        with pytest.raises(Locked):
            Person.objects.get(pk=case.person_id).alias  # noqa: B018 - reading is the point


def test_a_change_of_keys_is_taken_up_where_it_stopped(world, administrator, monkeypatch):
    """C19: a batch that fails changes nothing, and the next one begins there."""
    a_busy_case(world)
    monkeypatch.setattr(rotation, "BATCH", 2)
    client = world.client(administrator)
    client.post(reverse("rotate_keys"))
    world.forward(minutes=3)
    client.post(reverse("go_on_resealing"))
    administrator.organization.refresh_from_db()
    with world.acting(administrator):
        left = rotation.left(administrator.organization, 2)
        done = rotation.under_way(administrator.organization).done
    with monkeypatch.context() as broken:
        broken.setattr(rotation, "_seal_again", lambda row: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            client.post(reverse("go_on_resealing"))
    with world.acting(administrator):
        assert rotation.left(administrator.organization, 2) == left
        assert rotation.under_way(administrator.organization).done == done == 2
    until_done(world, client)


def test_everybody_goes_on_while_keys_change(world, administrator):
    """C19: an open session takes up the new version with its next request, and writes under it."""
    client, advocate = world.client(world.stx.advocate), world.stx.advocate
    case = a_busy_case(world)
    world.client(administrator).post(reverse("rotate_keys"))
    assert client.get(reverse("view_case", args=[case.number])).status_code == 200
    told = client.post(reverse("write_note", args=[case.number]), {"text": "A second note (invented)."})
    assert told.status_code == 302
    with connection.cursor() as cursor, acting_for(advocate.organization_id), transaction.atomic():
        cursor.execute("SELECT get_byte(text, 2) FROM cases_note ORDER BY at, id")
        assert [version for (version,) in cursor.fetchall()] == [1, 2]


def test_who_leaves_takes_no_key_along(world, administrator):
    """C19: closing an account changes the keys; the old ones, which the member knew, open nothing new."""
    member = a_newcomer(world)
    give(world, member)
    with acting_for(member.organization_id), transaction.atomic():
        known = members.secrets_for(member, members.open_key(member, PASSPHRASE))
    gone = world.client(administrator).post(reverse("deactivate_member", args=[member.pk]))
    assert gone.status_code == 302
    administrator.organization.refresh_from_db()
    world.stx.advocate.organization.refresh_from_db()
    case = a_busy_case(world)
    with acting_for(administrator.organization_id), sealing.opening(known), transaction.atomic():
        assert not MemberKey.objects.filter(user=member).exists()
        assert Resealing.objects.get(finished_at=None).why == "left"
        with pytest.raises(Locked):
            Person.objects.get(pk=case.person_id).alias  # noqa: B018 - reading is the point


def test_the_owners_function_seals_again_and_writes_nothing_else(world, administrator):
    """C14: a note cannot be changed under cover of a change of keys."""
    a_busy_case(world)
    note_of = "SELECT id, text FROM cases_note"
    call = "SELECT seal_again('cases_note', 'text', %s, %s)"

    def refused(*arguments):
        with pytest.raises(Exception, match="nothing is to be|not the same"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(call, arguments)

    with world.acting(administrator), connection.cursor() as cursor:
        cursor.execute(note_of)
        key, raw = cursor.fetchone()
        raw = bytes(raw)
        refused(key, raw)  # no change of keys is under way
        ahead = administrator.organization.key_version + 1
        begun = {"organization": administrator.organization, "started_at": world.now, "version": ahead}
        pretended = Resealing.objects.create(why="asked", started_by=administrator, **begun)
        refused(key, raw[:2] + bytes([ahead]) + raw[3:])  # whoever writes the row has not published a key
        pretended.delete()
        rotation.rotate(administrator.organization, actor=administrator, why="asked")
        newer = raw[:2] + b"\x02" + raw[3:]
        refused(key, raw)  # still the old version
        refused(key, newer + b"x")  # longer, so another text
        refused(key, b"\x41" + newer[1:])
        cursor.execute(call, [key, newer])
        refused(key, newer)  # once is enough
        with pytest.raises(Exception, match="nothing is to be"), transaction.atomic():
            cursor.execute("SELECT seal_again('cases_person', 'name', %s, %s)", [key, newer])
    with world.acting(world.stt.administrator):
        refused(key, newer)


def test_a_value_moved_to_another_place_does_not_open(world):
    """C18: each sealed value is bound to organization, table, row and column; so a swap is found."""
    one, other = a_busy_case(world), a_busy_case(world)
    advocate = world.stx.advocate
    moved = 0
    with world.acting(advocate):
        for model in rotation.sealed_models():
            rows = list(model._base_manager.filter(organization_id=advocate.organization_id)[:2])
            fields = [f for f in model._meta.concrete_fields if isinstance(f, sealing.base.SealedField)]
            for row in rows:
                for field in fields:
                    elsewhere = [(r, f) for r in rows for f in fields if (r, f) != (row, field)]
                    with sealing.base.carrying():
                        held = row.__dict__.get(field.attname)
                    if not isinstance(held, sealing.Sealed):
                        continue
                    for place, column in elsewhere:
                        with pytest.raises((Tampered, Locked)):
                            column.open(held, place.organization_id, place.pk)
                        moved += 1
                    with pytest.raises((Tampered, Locked)):
                        field.open(held, world.stt.organization.pk, row.pk)
    assert moved > 20 and one.pk != other.pk


def test_rounds_and_settings_are_strong_enough():
    """C18: 600,000 rounds of PBKDF2-HMAC-SHA-256 or more outside the tests."""
    from config.settings import base

    assert base.CAUSEWAY_KEY_ROUNDS >= 600_000


def test_a_long_change_of_keys_does_not_end_before_requests_that_began_under_the_old_ones(
    world, administrator
):
    """C19: the old version goes two minutes after the change at the earliest, whatever is left."""
    a_busy_case(world)
    client = world.client(administrator)
    client.post(reverse("rotate_keys"))
    client.post(reverse("go_on_resealing"))
    administrator.organization.refresh_from_db()
    with world.acting(administrator):
        assert rotation.left(administrator.organization, 2) == 0
        assert rotation.under_way(administrator.organization)
        assert KeyGrant.objects.filter(version=1).exists()
    world.forward(minutes=2, seconds=1)
    client.post(reverse("go_on_resealing"))
    with world.acting(administrator):
        assert not rotation.under_way(administrator.organization)
        assert not KeyGrant.objects.filter(version=1).exists()


def test_notes_of_the_case_are_still_only_added(world):
    """C14: the application's role may not change a note, also while keys change."""
    a_busy_case(world)
    with world.acting(world.stx.advocate):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            Note.objects.update(at=world.now - timedelta(days=1))


# Coming over from key files


@pytest.fixture
def older(world, administrator, settings, tmp_path):
    """An organization as older installations have it: its secrets in a file, and no member with a key."""
    settings.CAUSEWAY_KEYS_DIR = tmp_path
    secrets = opened(administrator)[1]
    path = tmp_path / f"{administrator.organization_id}.json"
    path.write_text(secrets.to_json())
    path.chmod(0o600)
    with acting_for(administrator.organization_id), transaction.atomic():
        MemberKey.objects.filter(organization_id=administrator.organization_id).delete()
    return path


def test_a_member_takes_the_secrets_from_an_older_key_file_at_the_next_sign_in(world, older):
    """C19: nothing is lost when members' keys come to an installation that had key files."""
    advocate = world.stx.advocate
    with acting_for(advocate.organization_id), transaction.atomic():
        private, secrets = members.come_in(advocate, PASSPHRASE)
        assert secrets.to_json() == older.read_text()
        assert members.secrets_for(advocate, private) == secrets


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601, 0o620])
def test_a_key_file_that_others_may_touch_is_not_believed(world, older, mode):
    """C19: a careless copy of a key file opens nothing."""
    older.chmod(mode)
    with acting_for(world.stx.advocate.organization_id), transaction.atomic():
        assert members.come_in(world.stx.advocate, PASSPHRASE)[1] is None


def test_a_damaged_linked_or_foreign_key_file_is_not_believed(world, older, tmp_path):
    """C19: the file holds the secrets of the organization that it is named after, or nothing."""
    good = older.read_text()
    foreign = opened(world.stt.administrator)[1].to_json()
    for text in ["", "{}", "[]", good[:-5], good.replace('"current": 1', '"current": 2'), foreign]:
        older.write_text(text)
        with acting_for(world.stx.advocate.organization_id), transaction.atomic():
            assert members.come_in(world.stx.advocate, PASSPHRASE)[1] is None
    (tmp_path / "elsewhere").write_text(good)
    older.unlink()
    older.symlink_to(tmp_path / "elsewhere")
    with acting_for(world.stx.advocate.organization_id), transaction.atomic():
        assert members.come_in(world.stx.advocate, PASSPHRASE)[1] is None


def test_key_files_go_when_everybody_has_keys_and_a_kit_exists(world, older):
    """C19: and not a day before; the command says what is waited for."""
    with pytest.raises(CommandError, match="stx: .* have not signed in"):
        call_command("retire_key_files", organization="stx")
    with acting_for(world.stx.administrator.organization_id), transaction.atomic():
        for member in User.objects.select_related("organization").all():
            members.come_in(member, PASSPHRASE)
    with pytest.raises(CommandError, match="stx: no recovery kit"):
        call_command("retire_key_files", organization="stx")
    world.client(world.stx.administrator).post(reverse("make_recovery_kit"))
    call_command("retire_key_files", organization="stx", stdout=StringIO())
    assert not older.exists()
