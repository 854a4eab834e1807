"""Two press at the same moment, or one presses twice: one thing happens, and nobody meets a broken page."""

import re
import threading
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connections, transaction
from django.urls import reverse

from orgs.models import AccountReview, Invitation, Organization, OutboxMessage, User
from orgs.record import IllegalMove
from orgs.tenancy import acting_for
from referrals.models import Intake, Referral
from tests.makers import referral as packets
from tests.makers.factors import at_the_door
from tests.test_members import second_administrator

NEW = "lantern velvet orchard nine"


@pytest.fixture(autouse=True)
def forget_rates():
    cache.clear()


def status(client, url, said):
    return client.post(url, said).status_code


def together(*calls):
    """Let all start at once, each on a connection of its own; returns what each returned."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            gate.wait()
            answers[place] = call()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_a_packet_that_was_sent_on_meanwhile_is_not_sent_on_again(world):
    """R4: whoever still sees the old page learns that somebody else was faster."""
    packet = packets.sent(world)
    with world.acting(world.stx.supervisor) as supervisor:
        seen = Referral.objects.get(pk=packet.pk)
        there = Organization.objects.get(code="stt")
        Referral.objects.get(pk=packet.pk).reroute(there, "other_service", actor=supervisor)
        for press in (lambda: seen.reroute(there, "other_service", actor=supervisor),
                      lambda: seen.acknowledge(actor=supervisor)):  # fmt: skip
            with pytest.raises(IllegalMove):
                press()
        assert not Intake.objects.filter(referral=packet.pk).exists()


def test_a_packet_takes_its_intake_along_however_old_the_page_is(world):
    """R16: nothing of a packet that was sent on stays, also where it was acknowledged a moment ago."""
    packet = packets.sent(world)
    with world.acting(world.stx.supervisor) as supervisor:
        seen = Referral.objects.get(pk=packet.pk)
        intake = Referral.objects.get(pk=packet.pk).acknowledge(actor=supervisor)
        seen.reroute(Organization.objects.get(code="stt"), "other_service", actor=supervisor)
        intake.refresh_from_db()
        assert intake.state == "referred_out"


def test_two_at_the_desk_send_one_packet_on_once(committed):
    """R4."""
    world = committed
    for _ in range(2):
        packet = packets.sent(world)
        url = reverse("reroute_referral", args=[packet.reference])
        said = {"to": "stt", "reason": "other_service"}
        desk = [world.client(world.stx.intake_worker), world.client(world.stx.supervisor)]
        answers = together(*[partial(status, client, url, said) for client in desk])
        assert sorted(answers) in ([302, 404], [302, 409]), answers


def test_an_address_that_two_organizations_invite_becomes_one_account(committed):
    """C2, R6: whoever comes second gets the page of every closed invitation."""
    world, links = committed, []
    for administrator in (world.stx.administrator, world.stt.administrator):
        with world.acting(administrator):
            Invitation.make(
                organization=administrator.organization, email="two@both.test", name="N", role="advocate",
                actor=administrator,
            )  # fmt: skip
            mail = OutboxMessage.objects.get(address="two@both.test", kind="invitation")
            links.append(re.search(r"/invitation/.*", mail.link).group())
    doors = [at_the_door(), at_the_door()]
    said = {"passphrase": NEW, "again": NEW}
    answers = together(*[partial(status, *pair, said) for pair in zip(doors, links, strict=True)])
    assert sorted(answers) == [302, 404], answers
    accounts = 0
    for there in (world.stx, world.stt):
        with acting_for(there.organization.pk), transaction.atomic():
            accounts += User.objects.filter(email="two@both.test").count()
    assert accounts == 1


def an_invitation(world, second, kind):
    """By one who is to be shut out, or the way back of that one; returns (its key's row, its address)."""
    with world.acting(second if kind == "theirs" else world.stx.administrator) as actor:
        if kind == "theirs":
            invitation = Invitation.make(
                organization=actor.organization, email="x@stx.test", name="X", role="advocate", actor=second
            )
            invitation.approve(actor=world.stx.administrator)
        else:
            invitation = second.readmit(actor=actor)
        mail = OutboxMessage.objects.get(address=invitation.email, kind="invitation", state="waiting")
        return invitation, re.search(r"/invitation/.*", mail.link).group()


@pytest.mark.parametrize("kind", ["theirs", "back"])
def test_an_invitation_that_is_just_being_accepted_keeps_nobody_in(committed, kind):
    """C9: the press waits for it, finds none to withdraw, and shuts out."""
    world, second = committed, second_administrator(committed)
    invitation, _link = an_invitation(world, second, kind)
    accepted, pressed = threading.Event(), threading.Event()

    def accept():
        with acting_for(second.organization_id), transaction.atomic():
            invitation.accept(passphrase=NEW)
            accepted.set()
            pressed.wait(2)  # the press waits for this row by now

    def press():
        accepted.wait(30)
        url = reverse("shut_out_member", args=[second.pk])
        return status(world.client(world.stx.administrator), url, {})

    assert together(accept, press) == [None, 302]
    with world.acting(world.stx.administrator):
        assert not User.objects.get(pk=second.pk).is_active
        assert not Invitation.objects.standing().exists()


@pytest.mark.parametrize("kind", ["theirs", "back"])
def test_accepting_and_shutting_out_at_once_breaks_neither(committed, kind):
    """C9: whoever comes second gets a page; the one who is shut out is out in any case."""
    world, second = committed, second_administrator(committed)
    _invitation, link = an_invitation(world, second, kind)
    door, client = at_the_door(), world.client(world.stx.administrator)
    url = reverse("shut_out_member", args=[second.pk])
    said = {"passphrase": NEW, "again": NEW}
    answers = together(partial(status, door, link, said), partial(status, client, url, {}))
    assert answers in ([302, 302], [404, 302])
    with world.acting(world.stx.administrator):
        assert not User.objects.get(pk=second.pk).is_active
        assert not Invitation.objects.standing().exists()
        assert User.objects.filter(email="x@stx.test").exists() == (kind == "theirs" and answers[0] == 302)


@pytest.mark.parametrize("name", ["approve_invitation", "resend_invitation", "revoke_invitation"])
def test_an_invitation_that_was_accepted_a_moment_ago_is_a_sentence(world, monkeypatch, name):
    """C9: nothing more is to be done with it."""
    second, me = second_administrator(world), world.stx.administrator
    invitation, _link = an_invitation(world, second, "theirs")
    lock = Invitation._lock

    def accepted_meanwhile(self):
        Invitation.objects.filter(pk=self.pk).update(accepted_at=world.now)
        lock(self)

    monkeypatch.setattr(Invitation, "_lock", accepted_meanwhile)
    page = world.client(me).post(reverse(name, args=[invitation.pk]), follow=True)
    assert page.status_code == 200 and "accepted or withdrawn a moment ago" in page.content.decode()


def test_an_account_that_is_closed_while_the_list_is_kept_is_left_out(world, monkeypatch):
    """C9: the others are kept, and it is said that the list has changed."""
    me, closed = world.stx.administrator, world.stx.colleague
    world.forward(days=80)
    client = world.client(me)
    page = client.get(reverse("review_accounts"))
    keep = User.keep

    def keep_with_one_closed(self, *, actor):
        User.objects.filter(pk=closed.pk).update(is_active=False)
        keep(self, actor=actor)

    monkeypatch.setattr(User, "keep", keep_with_one_closed)
    answer = client.post(reverse("review_accounts"), {"shown": page.context["shown"]}, follow=True)
    others = len(page.context["left"]) - 1
    assert f"Kept: {others} accounts. The list has changed" in answer.content.decode()
    with world.acting(me):
        kept = AccountReview.objects.filter(decision="keep").values_list("member_id", flat=True)
        assert len(kept) == others and closed.pk not in kept
