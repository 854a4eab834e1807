"""What reaches a member by mail: what they chose, what they cannot choose, and what comes back."""

import io
import sys
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from config.devcache import free_port
from orgs import bounces, clock, outbox, reminders, running
from orgs.models import AuditLine, How, Mailbox, MemberLink, Organization, OutboxMessage, Reminder
from orgs.words import local
from tests.makers.case import a_followup, open_case
from tests.makers.intake import a_walk_in


def limits(world, **allowed):
    """Call it acting for the organization."""
    Organization.objects.filter(pk=world.stx.organization.pk).update(**allowed)


def wants(member, how):
    Mailbox.of(member).choose(how, actor=member)


def ring(member, case, rung=0, clocks=("follow_up",)):
    """Fire one rung of what the promises of a case run, and of the case itself; what is told of it."""
    subjects = [case.pk, *case.followups.values_list("pk", flat=True)]
    rungs = Reminder.objects.filter(subject_id__in=subjects, clock__in=clocks, fired_at=None)
    rungs.filter(rung=rung).update(fire_at=clock.now())
    reminders.claim()
    told = OutboxMessage.objects.filter(reminder__rung=rung, reminder__subject_id__in=subjects)
    return sorted((one.recipient_id == member.pk, one.state) for one in told)


def by_day(world):
    """Tuesday, ten in the morning on the islands."""
    world.hold(
        local(clock.now()).replace(hour=10, minute=0) + timedelta(days=7 - local(clock.now()).weekday() + 1)
    )


@pytest.mark.parametrize(
    ("how", "allowed", "state"),
    [
        (How.AT_ONCE, {"may_mute": True}, "waiting"),
        (How.PAGE, {"may_mute": True}, "shown"),
        (How.PAGE, {"may_mute": False}, "gathered"),
        (How.DAILY, {}, "gathered"),
        (How.PAGE, {"may_mute": False, "may_gather": False}, "waiting"),
    ],
)
def test_a_member_chooses_how_they_hear_within_the_limits_of_their_organization(world, how, allowed, state):
    """R38: and never of a crisis, nor of the last rung of a clock, which are mailed at once to everybody."""
    by_day(world)
    with world.acting(world.stx.advocate) as me:
        limits(world, **allowed)
        calm, crisis = open_case(me), open_case(me, priority="crisis")
        a_followup(calm, me)
        a_followup(crisis, me)
        everybody = [me, world.stx.supervisor, world.stx.second_supervisor, world.stx.administrator]
        for member in everybody:
            wants(member, how)
        assert ring(me, calm) == [(True, state)]
        assert ring(me, crisis) == [(True, "waiting")]
        assert ring(me, crisis, clocks=["no_contact"]) == [(True, "waiting")] * 2
        last = (
            Reminder.objects.filter(clock="follow_up", repeat_after__isnull=False, fired_at=None).first().rung
        )
        # the administrator and both supervisors
        assert ring(me, calm, last) == [(False, "waiting")] * 3
        # and what follows every day from then on
        assert ring(me, calm, last + 1) == [(False, "waiting")] * 3


def test_what_is_due_before_the_desk_opens_next_is_not_kept_for_then(world):
    """R38: a reminder of a call this afternoon is mailed now, whatever its hearer chose."""
    by_day(world)
    with world.acting(world.stx.advocate) as me:
        wants(me, How.DAILY)
        case = open_case(me)
        a_followup(case, me)
        Reminder.objects.filter(clock="follow_up", rung=0).update(due_at=world.now + timedelta(hours=2))
        assert ring(me, case) == [(True, "waiting")]


def test_what_becomes_a_crisis_can_be_muted_no_more(world):
    """R38: an intake that the desk finds to be a crisis rings by night, and is mailed, from then on."""
    with world.acting(world.stx.intake_worker) as desk:
        intake = a_walk_in(desk)
        rungs = Reminder.objects.filter(subject_id=intake.pk, clock="first_outreach", fired_at=None)
        assert set(rungs.values_list("urgent", "by_night")) == {(False, False)}
        intake.check_conflict(actor=desk)
        intake.triage(actor=desk, priority="crisis")
        assert set(rungs.values_list("urgent", "by_night")) == {(True, True)}


def test_one_mail_a_day_is_one_mail(world):
    """R38: it leaves when the desk opens, says what every mail says, and stands for all that it carries."""
    by_day(world)
    with world.acting(world.stx.advocate) as me:
        wants(me, How.DAILY)
        cases = [open_case(me) for _ in range(3)]
        for case in cases:
            a_followup(case, me)
            assert ring(me, case) == [(True, "gathered")]
        opening = set(OutboxMessage.objects.filter(state="gathered").values_list("available_at", flat=True))
        assert {local(at).strftime("%A %H:%M") for at in opening} == {"Wednesday 08:00"}
        outbox.gather()
        assert outbox.deliver() == 0
        [rung] = [one for one in running.clocks_of(cases[0].followups.get(), me)[0].rungs if one.told]
        assert rung.names == [me.name] and not rung.sent
        world.hold(opening.pop())
        outbox.gather()
        outbox.gather()
        assert outbox.deliver() == 3 and outbox.deliver() == 0
        [sent] = [one for one in mail.outbox if one.to == [me.email]]
        assert sent.body.startswith("You have one item to look at in Causeway.")
        of_mine = OutboxMessage.objects.filter(recipient=me, reminder__clock="follow_up")
        assert list(of_mine.values_list("state", flat=True)) == ["sent"] * 3
        rung = next(one for one in running.clocks_of(cases[2].followups.get(), me)[0].rungs if one.told)
        assert rung.sent


def test_whoever_is_shut_out_hears_nothing_more_of_what_was_gathered_or_waits_for_the_morning(world):
    """C9: no clock rings into the mailbox of somebody who may have become a danger."""
    by_day(world)
    me = world.stx.advocate
    with world.acting(me):
        wants(me, How.DAILY)
        for priority in ("standard", "crisis"):
            case = open_case(me, priority=priority)
            a_followup(case, me)
            ring(me, case)
        mine = OutboxMessage.objects.filter(recipient=me, reminder__isnull=False)
        assert set(mine.values_list("state", flat=True)) == {"gathered", "waiting"}
        MemberLink.make_calendar(me, actor=me)
    with world.acting(world.stx.administrator) as boss:
        me.shut_out(actor=boss)
        assert not MemberLink.objects.filter(user=me, what="calendar").exists(), "nor their calendar, ever"
        world.forward(hours=24)
        outbox.gather()
        while outbox.deliver():
            pass
        assert set(mine.values_list("state", flat=True)) == {"dropped"}
    assert not [one for one in mail.outbox if one.to == [me.email]]


def test_the_page_offers_what_the_organization_allows_and_keeps_what_was_chosen(world):
    """C11: what an organization allows, and what a member chooses, is on record."""
    me, client = world.stx.advocate, world.client(world.stx.advocate)
    page = client.get(reverse("mailbox")).content.decode()
    assert 'value="daily"' in page and 'value="page"' not in page
    refused = client.post(reverse("mailbox"), {"how": "page"})
    assert refused.status_code == 200 and "summary" in refused.content.decode()
    settings = world.client(world.stx.administrator)
    assert settings.post(reverse("change_mail"), {"may_mute": "on", "may_gather": "on"}).status_code == 302
    assert "members may choose it" in settings.get(reverse("organization_settings")).content.decode()
    client.post(reverse("mailbox"), {"how": "page"})
    assert "Your organization allows no calendars" in client.get(reverse("mailbox")).content.decode()
    settings.post(reverse("change_mail"), {"csrfmiddlewaretoken": "x"})
    assert "What it allows is what holds" in client.get(reverse("mailbox")).content.decode()
    with world.acting(me):
        box = Mailbox.objects.get(user=me)
        assert box.how == How.PAGE and box.holds == How.AT_ONCE
        chosen = AuditLine.objects.get(verb="choose_mail", actor_id=me.pk)
        assert chosen.details == {"how": "page"}
        changed = AuditLine.objects.filter(verb="change_settings").first()
        assert "may_mute" in changed.details["changed"]


def test_a_mail_to_try_it_is_a_mail_like_every_other(world):
    """R38: nothing in it differs from a reminder but its number; one a minute, on record."""
    me, client = world.stx.advocate, world.client(world.stx.advocate)
    for _press in range(2):
        client.post(reverse("send_test_mail"))
    with world.acting(me):
        case = open_case(me, priority="crisis")
        a_followup(case, me)
        ring(me, case)
        while outbox.deliver():
            pass
        test, reminder = [
            {k: v for k, v in one.message().items() if k not in ("Message-ID", "Date")} | {"": one.body}
            for one in mail.outbox if one.to == [me.email]
        ]  # fmt: skip
        assert test == reminder
        assert AuditLine.objects.filter(verb="send_test_mail", actor_id=me.pk).count() == 1
    page = client.get(reverse("mailbox")).content.decode()
    assert "Your last mail to try it left" in page and "It arrived" in page


# What comes back


class Server:
    """A mail server that answers as it is told, and keeps the envelopes."""

    answer = "250 OK"

    def __init__(self):
        self.envelopes = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append((envelope.mail_from, envelope.content.decode("ascii")))
        return "250 Kept"


@pytest.fixture
def server(settings):
    port = free_port()
    told = Server()
    running_server = Controller(told, hostname="127.0.0.1", port=port)
    running_server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.CAUSEWAY_BOUNCES = "bounces@causeway.test"
    settings.DEFAULT_FROM_EMAIL = "Causeway <notices@causeway.test>"
    yield told
    running_server.stop()


def to(member):
    return OutboxMessage.objects.create(
        organization_id=member.organization_id,
        recipient=member,
        created_at=clock.now(),
        available_at=clock.now(),
    )


def box_of(member):
    return Mailbox.objects.filter(user=member, came_back_at__isnull=False).first()


def report(action="failed", status="5.1.1", kind="report"):
    """What a mail server writes about a mail that it could not deliver, as RFC 3464 has it."""
    of_one = f"Action: {action}\nStatus: {status}\n"
    fields = f"Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; a@b.test\n{of_one}"
    return (
        f"From: MAILER-DAEMON@mx.test\nSubject: Undelivered\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/{kind}; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nMarisol\n"
        f"--b\nContent-Type: message/delivery-status\n\n{fields}\n--b--\n"
    ).encode()


def test_a_mail_leaves_so_that_a_domain_can_sign_it_and_what_comes_back_is_known(world, server):
    """R38: short lines of ASCII, one domain in sender, number and envelope; nothing else in any of them."""
    with world.acting(world.stx.advocate) as me:
        message = to(me)
        assert outbox.deliver() == 1
    [(sender, source)] = server.envelopes
    assert bounces.message_of(sender) == message.pk == bounces.message_of(sender.upper())
    assert len(sender.split("@")[0]) <= 64 and sender.endswith("@causeway.test")
    assert source.isascii() and max(map(len, source.splitlines())) <= 998
    for line in ("From: Causeway <notices@causeway.test>", f"Message-ID: <{message.pk}@causeway.test>"):
        assert line in source
    assert "text/plain" in source and "multipart" not in source and "Date: " in source
    words = source.replace(me.email, "").lower()
    assert not [word for word in ("stx", "croix", "help", "advocate", "crisis", "invented") if word in words]


def test_an_address_that_a_server_refuses_is_known_at_once_and_heals_when_one_takes_it(world, server):
    """R4: it is tried again, administrators hear, and whoever is next in the ladder hears besides."""
    by_day(world)
    with world.acting(world.stx.advocate) as me:
        case = open_case(me)
        a_followup(case, me)
        mine = to(me)
        for answer, known in (("550 5.7.1 No relaying", False), ("451 4.2.0 Later", False)):
            server.answer = answer
            outbox.deliver()
            assert bool(box_of(me)) is known
            OutboxMessage.objects.filter(pk=mine.pk).update(available_at=clock.now())
        server.answer = "550 5.1.1 <advocate@stx.test> Marisol is unknown here"
        outbox.deliver()
        assert box_of(me).came_back_why == "5.1.1"
        mine.refresh_from_db()
        assert mine.state == "waiting" and "Marisol" not in mine.error
        told = OutboxMessage.objects.filter(recipient=world.stx.administrator, reminder=None)
        assert told.count() == 1
        boss = AuditLine.objects.get(verb="mail_came_back")
        assert boss.subject_id == me.pk and boss.details == {"code": "5.1.1"}
        assert ring(me, case) == [(False, "waiting"), (False, "waiting"), (True, "waiting")]
    assert "Mail to you comes back" in world.client(me).get(reverse("today")).content.decode()
    members = world.client(world.stx.administrator).get(reverse("members")).content.decode()
    assert members.count("mail to this address comes back") == 1
    with world.acting(me):
        server.answer = "250 OK"
        world.forward(hours=2)
        assert outbox.deliver() and box_of(me) is None
    assert "Mail to you comes back" not in world.client(me).get(reverse("today")).content.decode()


def test_a_report_about_one_of_our_mails_is_noted_and_nothing_else_is(world, server, monkeypatch):
    """C25: which mail, and the number of the reason; what others write changes nothing."""
    with world.acting(world.stx.advocate) as me:
        message = to(me)
        outbox.deliver()
    [(sender, _)] = server.envelopes
    other = message.pk.hex[:-1] + ("0" if message.pk.hex[-1] != "0" else "1")
    forged = sender.replace(message.pk.hex, other)
    letter = EmailMessage()
    letter.set_content("Action: failed\nStatus: 5.1.1\n")
    for raw, address in (
        (report(), forged),
        (report(), "bounces@causeway.test"),
        (report(action="delayed", status="4.4.1"), sender),
        (report(kind="mixed"), sender),
        (letter.as_bytes(), sender),
        (b"\xff\x00", sender),
        (b"", sender),
    ):
        assert not bounces.receive(raw, address)
    with world.acting(me):
        assert box_of(me) is None
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(report())))
    said = io.StringIO()
    call_command("receive_bounce", sender, stdout=said)
    assert said.getvalue() == "noted\n"
    with world.acting(me):
        message.refresh_from_db()
        assert message.came_back_at and message.error == "5.1.1" and box_of(me).came_back_why == "5.1.1"
        to(me)
        assert outbox.deliver() and box_of(me), "that a server takes a mail says nothing of its arrival"
    invite = {"email": "nobody@x.test", "name": "Nova (invented)", "role": "advocate", "unit": ""}
    administrator = world.client(world.stx.administrator)
    administrator.post(reverse("invite_member"), invite)
    assert "the mail came back" not in administrator.get(reverse("members")).content.decode()
    with world.acting(me):
        outbox.deliver()
    assert bounces.receive(report(), server.envelopes[-1][0])
    assert "the mail came back" in administrator.get(reverse("members")).content.decode()
    client = world.client(me)
    client.post(reverse("confirm_mail"))
    with world.acting(me):
        assert box_of(me) is None
        assert AuditLine.objects.filter(verb="mail_arrives", actor_id=me.pk).exists()


# The link that stops mail


def stop_link(message):
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return message.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")


def one_click(url, **more):
    """As a mail program does it: no cookie, no sign-in, no page before."""
    client = Client(enforce_csrf_checks=True)
    return client.post(url, {"List-Unsubscribe": "One-Click"}, **more)


def test_one_click_stops_what_may_be_stopped_and_tells_nobody_anything(world):
    """R6, R38: it is in every mail, whatever it stops, and answers alike for a key that is nobody's."""
    by_day(world)
    with world.acting(world.stx.advocate) as me:
        limits(world, may_mute=True)
        case, crisis = open_case(me), open_case(me, priority="crisis")
        a_followup(case, me)
        a_followup(crisis, me)
        unknown = OutboxMessage(address="new@x.test", kind="invitation", language="en")
        links = [
            stop_link(outbox.compose(one)) for one in (to(me), to(me), to(world.stx.supervisor), unknown)
        ]
        assert links[0] == links[1] and len(set(links)) == 3 and len(set(map(len, links))) == 1
        assert not [word for word in ("stx", "advocate", str(me.pk), me.pk.hex) if word in links[0]]
    shown = [Client().get(url) for url in (*links, reverse("stop_mail", args=["x"]))]
    assert len({page.content for page in shown}) == 1 and shown[0].status_code == 200
    with world.acting(me):
        assert not Mailbox.objects.filter(user=me).exists(), "looking stops nothing"
    answers = [one_click(url) for url in (links[0], links[0], links[3], reverse("stop_mail", args=["x"]))]
    assert len({(one.status_code, one.content) for one in answers}) == 1
    assert not any(one.cookies for one in answers)
    with world.acting(me):
        assert Mailbox.objects.get(user=me).how == How.PAGE
        assert AuditLine.objects.filter(verb="choose_mail", actor_id=None, subject_id=me.pk).count() == 1
        assert ring(me, case) == [(True, "shown")] and ring(me, crisis) == [(True, "waiting")]
    client = world.client(me)
    client.post(reverse("mailbox"), {"how": "at_once"})
    client.post(reverse("change_stop_link"))
    assert one_click(links[0]).content == answers[0].content
    with world.acting(me):
        assert Mailbox.objects.get(user=me).how == How.AT_ONCE, "an old link stops nothing"
        new = stop_link(outbox.compose(to(me)))
        assert new != links[0]
    one_click(new)
    with world.acting(me):
        assert Mailbox.objects.get(user=me).how == How.PAGE


def test_nobody_tries_keys_quickly(world):
    """R6: sixty a minute from one place, whatever the key."""
    one = {"REMOTE_ADDR": "192.0.2.7"}
    for name in ("stop_mail", "feed_calendar"):
        url = reverse(name, args=["x"])
        said = [Client().get(url, **one).status_code for _ in range(62)]
        assert said[:60].count(429) == 0 and said[60:] == [429, 429]
        assert Client().get(url, REMOTE_ADDR="192.0.2.8").status_code != 429
