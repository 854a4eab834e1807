"""Members: invited, approved, changed, closed; never by themselves, and never down to no administrator."""

import copy
import re
import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from orgs import holdings, sealing
from orgs.keyring.members import join
from orgs.models import AuditLine, DutyShift, Invitation, OutboxMessage, User
from orgs.models.membership import NotNow
from tests.world import PASSPHRASE

INVITED = {"email": "New@stx.test", "name": "New Person (invented)", "role": "advocate", "unit": ""}


def second_administrator(world, email="second@stx.test"):
    with world.acting(world.stx.administrator):
        second = User.objects.create_user(
            email,
            PASSPHRASE,
            organization=world.stx.organization,
            name="Second (invented)",
            role="administrator",
        )
        join(second, PASSPHRASE, sealing.opened(second.organization_id))
        return second


def invite(world, client=None, **changes):
    client = client or world.client(world.stx.administrator)
    return client.post(reverse("invite_member"), INVITED | changes)


def mails(world):
    with world.acting(world.stx.administrator):
        return list(OutboxMessage.objects.order_by("created_at", "pk"))


def test_the_list_says_who_is_here_and_how_they_come_in(world):
    page = world.client(world.stx.administrator).get(reverse("members")).content.decode()
    for word in ("Advocate (invented)", "Intake worker", "never signed in", "Shelter desk"):
        assert word in page


def test_only_an_administrator_reaches_the_members(world):
    """C10: others get what does not exist, and the attempt is on record."""
    for name in ("members", "invite_member", "organization_settings", "audit", "access_report"):
        assert world.client(world.stx.supervisor).get(reverse(name)).status_code == 404
    with world.acting(world.stx.administrator):
        assert AuditLine.objects.filter(outcome="denied", verb="members").exists()


def test_a_member_of_another_organization_does_not_exist(world):
    client = world.client(world.stx.administrator)
    for name in ("change_member", "deactivate_member", "reactivate_member"):
        assert client.get(reverse(name, args=[world.stt.advocate.pk])).status_code == 404


def test_the_only_administrator_invites_and_the_mail_goes_out(world):
    """C9: the key is in one mail and nowhere else."""
    assert invite(world).status_code == 302
    [mail] = mails(world)
    key = mail.link.rstrip("/").rsplit("/", 1)[1]
    with world.acting(world.stx.administrator):
        [invitation] = Invitation.objects.open()
        assert bytes(invitation.token_hash) == Invitation.hash_of(key)
        assert key not in str(AuditLine.objects.values_list("details", flat=True))
    assert (mail.kind, mail.address) == ("invitation", "new@stx.test")


def test_where_there_is_another_administrator_they_approve(world):
    """C9, C10: whoever invites does not approve, and nothing is mailed before."""
    second = second_administrator(world)
    first = world.client(world.stx.administrator)
    invite(world, first)
    assert mails(world) == []
    with world.acting(second):
        invitation = Invitation.objects.get()
    first.post(reverse("approve_invitation", args=[invitation.pk]))
    assert mails(world) == []
    world.client(second).post(reverse("approve_invitation", args=[invitation.pk]))
    assert len(mails(world)) == 1
    with world.acting(second):
        assert Invitation.objects.get().approved_by == second


def test_sending_again_makes_a_new_key_and_the_old_one_never_arrives(world):
    invite(world)
    with world.acting(world.stx.administrator):
        before = Invitation.objects.get()
    world.client(world.stx.administrator).post(reverse("resend_invitation", args=[before.pk]))
    first, second = mails(world)
    assert (first.state, first.link, second.state) == ("dropped", "", "waiting")
    with world.acting(world.stx.administrator):
        assert Invitation.objects.get().token_hash != before.token_hash


def test_a_withdrawn_invitation_opens_nothing(world):
    invite(world)
    with world.acting(world.stx.administrator):
        pk = Invitation.objects.get().pk
    client = world.client(world.stx.administrator)
    client.post(reverse("revoke_invitation", args=[pk]))
    with world.acting(world.stx.administrator):
        assert not Invitation.objects.open().exists()
    assert [mail.state for mail in mails(world)] == ["dropped"]
    assert client.post(reverse("resend_invitation", args=[pk])).status_code == 404


def test_an_invitation_ends_after_72_hours(world):
    invite(world)
    with world.acting(world.stx.administrator):
        world.forward(hours=71)
        assert Invitation.objects.open().exists()
        world.forward(hours=2)
        assert not Invitation.objects.open().exists()


def test_an_address_with_an_account_elsewhere_is_answered_like_any_other(world):
    """R6, R9: pages and rows are the same; only the mail is no invitation."""
    client = world.client(world.stx.administrator)
    answers = []
    for email in ("officer@vipd.test", "somebody@new.test"):
        response = invite(world, client, email=email)
        page = client.get(response.url).content.decode()
        page = re.sub(r"csrfmiddlewaretoken\" value=\"\w+|datetime=\"[^\"]+|[0-9a-f-]{36}", "", page)
        answers.append((response.status_code, response.url, page.replace(email, "ADDRESS")))
        with world.acting(world.stx.administrator):
            Invitation.objects.all().delete()
    assert answers[0] == answers[1]
    known, new = mails(world)
    assert (known.kind, known.link, new.kind) == ("reminder", "", "invitation")


def test_an_accepted_invitation_makes_one_member_once(world):
    """R9: one account, one membership, in the role that was given."""
    invite(world)
    with world.acting(world.stx.administrator):
        invitation = Invitation.objects.get()
        member = invitation.accept(passphrase=PASSPHRASE)
        assert (member.role, member.approved_by) == ("advocate", world.stx.administrator)
        assert member.groups.count() == 1
        with pytest.raises(Invitation.DoesNotExist):
            invitation.accept(passphrase=PASSPHRASE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "officer"},
        {"role": "operator"},
        {"email": "nobody"},
        {"email": "advocate@stx.test"},
        {"name": ""},
        {"unit": "0198c5b2-0000-7000-8000-000000000000"},
    ],
)
def test_a_wrong_invitation_is_refused_and_what_was_typed_is_kept(world, wrong):
    """R12: only roles of this kind of organization are offered or taken."""
    response = invite(world, **wrong)
    assert response.status_code == 200
    typed = INVITED | wrong
    assert typed["email"] in response.content.decode()
    assert mails(world) == []


def test_a_changed_role_moves_the_groups_at_once(world):
    """C10: access follows the role, and the line says from what to what."""
    client = world.client(world.stx.administrator)
    url = reverse("change_member", args=[world.stx.colleague.pk])
    assert client.post(url, {"role": "supervisor", "unit": ""}).status_code == 302
    with world.acting(world.stx.administrator):
        member = User.objects.get(pk=world.stx.colleague.pk)
        assert list(member.group_ids) == [world.stx.organization.group("supervisor")]
        line = AuditLine.objects.get(verb="change_member")
        assert line.details["role"] == ["advocate", "supervisor"]


def test_nobody_changes_their_own_membership(world):
    """C10: not the role, not the lock, not the account."""
    me = world.stx.administrator
    second_administrator(world)
    client = world.client(me)
    for name, data in (
        ("change_member", {"role": "supervisor"}),
        ("deactivate_member", {}),
        ("reactivate_member", {"reason": "mistake"}),
        ("unlock_member", {}),
    ):
        assert client.post(reverse(name, args=[me.pk]), data).status_code == 409
    with world.acting(me):
        assert User.objects.get(pk=me.pk).role == "administrator"


def test_the_last_administrator_stays(world):
    second = second_administrator(world)
    with world.acting(second):
        world.stx.administrator.change(role="supervisor", unit=None, actor=second)
        with pytest.raises(NotNow):
            second.deactivate(actor=world.stx.administrator)
        assert User.objects.in_role("administrator").get() == second


def test_two_administrators_who_demote_each_other_leave_one(committed):
    """C10: the rows of all administrators are taken first, so the second one finds that it is too late."""
    world = committed
    second = second_administrator(world)
    first, start, answers = world.stx.administrator, threading.Barrier(2), []

    def demote(actor, target):
        try:
            with world.acting(actor):
                start.wait(10)
                target.deactivate(actor=actor)
            answers.append("done")
        except NotNow:
            answers.append("refused")
        finally:
            connection.close()

    pairs = [(first, second), (second, first)]
    threads = [threading.Thread(target=demote, args=(actor, copy.copy(target))) for actor, target in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == ["done", "refused"]
    with world.acting(world.stx.supervisor):
        assert User.objects.in_role("administrator").count() == 1


def test_an_account_is_closed_with_its_sessions_and_shifts(world):
    """C9: closed the same day; the next request of a session that was open gets the sign-in page."""
    worker = world.stx.intake_worker
    theirs = world.client(worker)
    world.client(world.stx.administrator).post(reverse("deactivate_member", args=[worker.pk]))
    assert "sign-in" in theirs.get(reverse("duty_desk")).url
    with world.acting(world.stx.administrator):
        assert not DutyShift.objects.filter(user=worker).exists()
        assert User.objects.get(pk=worker.pk).groups.count() == 0
    world.client(world.stx.administrator).post(
        reverse("reactivate_member", args=[worker.pk]), {"reason": "returned"}
    )
    assert "sign-in" in theirs.get(reverse("duty_desk")).url  # the old session does not come back to life


def test_who_holds_work_is_not_let_go(world, monkeypatch):
    """Nobody is dropped: what a leaver holds goes to somebody else first, and the page lists it."""
    monkeypatch.setattr(holdings, "_ask", [lambda member: [("Open cases", 3), ("Handoffs", 0)]])
    client = world.client(world.stx.administrator)
    for name, data in (("deactivate_member", {}), ("change_member", {"role": "administrator"})):
        response = client.post(reverse(name, args=[world.stx.advocate.pk]), data)
        page = response.content.decode()
        assert (
            response.status_code == 409 and "Open cases" in page and "Handoffs" not in page.split("<main")[1]
        )
    with world.acting(world.stx.administrator):
        member = User.objects.get(pk=world.stx.advocate.pk)
        assert member.is_active and member.role == "advocate"


def test_opening_an_account_again_takes_a_reason(world):
    client = world.client(world.stx.administrator)
    pk = world.stx.colleague.pk
    client.post(reverse("deactivate_member", args=[pk]))
    assert (
        "Choose an answer"
        in client.post(reverse("reactivate_member", args=[pk]), {"reason": ""}).content.decode()
    )
    client.post(reverse("reactivate_member", args=[pk]), {"reason": "returned"})
    with world.acting(world.stx.administrator):
        assert User.objects.get(pk=pk).is_active
        assert AuditLine.objects.get(verb="reactivate_member").details == {"reason": "returned"}


def test_an_administrator_unlocks_an_account(world):
    with world.acting(world.stx.administrator):
        world.forward(minutes=1)
        User.objects.filter(pk=world.stx.advocate.pk).update(locked_until=world.now.replace(year=2099))
    client = world.client(world.stx.administrator)
    assert "locked" in client.get(reverse("members")).content.decode()
    client.post(reverse("unlock_member", args=[world.stx.advocate.pk]))
    with world.acting(world.stx.administrator):
        assert User.objects.get(pk=world.stx.advocate.pk).locked_until is None


def test_an_administrator_sees_no_record_whatever_grants_are_left(world):
    """C10, R11: a role without rows sees none, even with a grant of an earlier role."""
    from cases.models import Case
    from orgs.roles import ROWLESS

    assert "administrator" in ROWLESS
    with world.acting(world.stx.administrator):
        assert str(Case.objects.visible_to(world.stx.administrator).query.is_empty()) == "True"


def test_the_list_costs_the_same_however_many_there_are(world, django_assert_max_num_queries):
    with world.acting(world.stx.administrator), transaction.atomic():
        for number in range(30):
            User.objects.create(
                email=f"m{number}@stx.test",
                organization=world.stx.organization,
                name=f"M {number}",
                role="advocate",
            )
    client = world.client(world.stx.administrator)
    with django_assert_max_num_queries(14):
        client.get(reverse("members"))
