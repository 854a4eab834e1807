"""Two press at the same moment, or one presses twice: one thing happens, and nobody meets a broken page."""

import re
import threading
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connections, transaction
from django.urls import reverse

from orgs.models import Invitation, Organization, OutboxMessage, User
from orgs.record import IllegalMove
from orgs.tenancy import acting_for
from referrals.models import Intake, Referral
from tests.makers import referral as packets
from tests.makers.factors import at_the_door

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
