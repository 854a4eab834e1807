"""Web push beside mail: it wakes a device, says nothing, keeps no mail waiting, ends with who has it."""

import logging
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from orgs import audit_key, clock, factors, outbox, push, reminders, tasks
from orgs.models import AuditLine, Counter, Device, How, Mailbox, Organization, OutboxMessage, Reminder
from orgs.sealing import Tampered
from orgs.tenancy import acting_for
from tests import copies, log_watch, pushes
from tests.browser import DESK, PHONE, faults, picture, signed_in
from tests.makers.case import a_followup, open_case
from tests.makers.referral import acknowledged
from tests.test_mailbox import by_day, ring

AGENT = "Mozilla/5.0 (Linux; Android 15) Chrome/142.0"


@pytest.fixture
def service(tmp_path, settings, monkeypatch):
    with pushes.service(tmp_path, settings, monkeypatch) as server:
        yield server


def allow(world, *houses):
    for house in houses or ("stx",):
        organization = getattr(world, house).organization
        with acting_for(organization.pk), transaction.atomic():
            Organization.objects.filter(pk=organization.pk).update(may_push=True)


def device_of(member, service, name="one"):
    """The member's device at the service; call it acting for the organization."""
    assert Device.add(member, f"https://{service.place}/send/{name}", "Chrome on an Android phone")
    return Device.objects.filter(user=member).latest("pk")


def mail_all():
    while outbox.deliver():
        pass


def to(member, **fields):
    fields = {"created_at": clock.now(), "available_at": clock.now(), **fields}
    return OutboxMessage.objects.create(organization_id=member.organization_id, recipient=member, **fields)


# What a push says


def test_every_push_is_the_same_whatever_it_is_about_and_carries_nothing(world, service):
    """R38: no payload; the headers are byte for byte those of every other, but for the signed time."""
    allow(world, "stx", "vipd")
    by_day(world)
    acknowledged(world)
    officer, me = world.officer, world.stx.advocate
    with world.acting(officer):
        device_of(officer, service)
        mail_all()
        assert push.deliver() == 1 and push.deliver() == 0
    with world.acting(me):
        device_of(me, service)
        calm, crisis = open_case(me), open_case(me, priority="crisis")
        for case in (calm, crisis):
            a_followup(case, me)
            ring(me, case)
            mail_all()
            assert push.deliver() == 1
            world.forward(minutes=1)
        to(me, kind="incident"), to(me, kind="notice")
        mail_all()
        assert push.deliver() == 1, "one push for however many"
    kept = service.kept
    assert len(kept) == 4 and {one.line for one in kept} == {"POST /send/one HTTP/1.1"}
    assert {one.body for one in kept} == {b""}
    heads = [[pair for pair in one.headers.items() if pair[0] != "Authorization"] for one in kept]
    assert heads == [heads[0]] * 4
    assert dict(heads[0]) == {
        "Host": service.place,
        "Accept-Encoding": "identity",
        "Content-Length": "0",
        "TTL": "14400",
        "Urgency": "high",
        "Topic": "causeway",
    }
    public = audit_key.read_private(Path(push.settings.CAUSEWAY_PUSH_KEY_FILE).read_bytes()).public_key()
    for one in kept:
        key, said = pushes.claims_of(one.headers["Authorization"])
        until = clock.now() + timedelta(hours=2)
        assert key == public and said.keys() == {"aud", "exp", "sub"}
        assert said["aud"] == f"https://{service.place}" and said["sub"] == "mailto:notices@localhost"
        assert 0 <= until.timestamp() - said["exp"] < 86_400


def test_what_is_mailed_at_once_is_pushed_and_nothing_else(world, service):
    """R38: a push tells no time that the mail does not; what its hearer chose to hear later is silent."""
    allow(world)
    by_day(world)
    me = world.stx.advocate
    with world.acting(me):
        Mailbox.of(me).choose(How.DAILY, actor=me)
        mine, _other = device_of(me, service), device_of(world.stx.supervisor, service)
        for priority in ("standard", "crisis"):
            case = open_case(me, priority=priority)
            a_followup(case, me)
            [(_, state)] = ring(me, case)
            assert push.deliver() == 0, "before the mail has left"
            outbox.gather()
            mail_all()
            assert (state, push.deliver()) == (("gathered", 0) if priority == "standard" else ("waiting", 1))
        world.forward(days=1)
        outbox.gather()
        before = len(mail.outbox)
        mail_all()
        assert len(mail.outbox) == before + 1 and push.deliver() == 0, "the one mail of the day"
        for fields in (
            {"kind": "test"},
            {"kind": "week"},
            {"kind": "audit_head"},
            {"link": "https://x.test/"},
        ):
            to(me, **fields)
            mail_all()
            assert push.deliver() == 0, fields
        assert len(service.kept) == 1
        mine.refresh_from_db()
        assert mine.told_at and mine.next_at is None


# What a push service can do


@pytest.mark.parametrize("answer", [500, 429, 301, 400, "drip"])
def test_a_push_that_fails_is_tried_three_times_and_changes_nothing_of_the_mail(
    world, service, monkeypatch, answer
):
    """R4, R7: the mail is sent and marked; the device stays, and is told with the next mail again."""
    monkeypatch.setattr(push, "PATIENCE", 0.6)
    service.answer = answer
    allow(world)
    me = world.stx.advocate
    with world.acting(me):
        device, row = device_of(me, service), to(me)
        mail_all()
        row.refresh_from_db()
        sent = OutboxMessage.objects.filter(pk=row.pk).values().get()
        began = time.monotonic()
        for _minute in range(12):
            push.deliver()
            world.forward(minutes=1)
        assert time.monotonic() - began < 10, "nobody is waited for longer than we have patience"
        device.refresh_from_db()
        assert len(service.kept) == 3 and device.next_at is None and device.failed_at and not device.told_at
        assert OutboxMessage.objects.filter(pk=row.pk).values().get() == sent
        assert row.state == "sent" and len(mail.outbox) == 1
        assert Counter.objects.get(name="push_failed").next == 4
        service.answer = 201
        to(me)
        mail_all()
        assert push.deliver() == 1
        device.refresh_from_db()
        assert device.told_at and device.failed_at is None


@pytest.mark.parametrize("answer", [404, 410])
def test_a_device_that_is_gone_is_removed(world, service, answer):
    """R38: its push service says so; who else is told goes on being told."""
    service.answer = answer
    allow(world)
    me = world.stx.advocate
    with world.acting(me):
        device_of(me, service), to(me)
        mail_all()
        push.deliver()
        assert not Device.objects.exists() and len(service.kept) == 1
        assert AuditLine.objects.get(verb="remove_device").actor_id is None
        assert not Counter.objects.filter(name="push_failed").exists()


def test_a_push_service_that_hangs_delays_no_mail_and_loses_nothing(committed, service):
    """R4: nothing is locked while it hangs; one worker waits for it, and another mails, and clocks ring."""
    world, me = committed, committed.stx.advocate
    allow(world)
    house = str(me.organization_id)
    with world.acting(me):
        device, _row = device_of(me, service), to(me)
    tasks.deliver(house)
    service.answer = "hang"
    pushing = threading.Thread(target=in_thread, args=(house,))
    pushing.start()
    for _moment in range(200):
        if service.kept:
            break
        time.sleep(0.02)
    assert len(service.kept) == 1
    began = time.monotonic()
    with world.acting(me):
        case = open_case(me, priority="crisis")
        a_followup(case, me)
        Reminder.objects.filter(subject_id=case.pk, fired_at=None).update(fire_at=clock.now())
        rows = [to(me).pk for _ in range(3)]
    with acting_for(me.organization_id):
        reminders.claim_all()
    tasks.deliver(house)
    with world.acting(me):
        assert not OutboxMessage.objects.filter(state="waiting", available_at__lte=clock.now()).exists()
        assert set(OutboxMessage.objects.filter(pk__in=rows).values_list("state", flat=True)) == {"sent"}
    tasks.tell_devices(house)
    assert time.monotonic() - began < 5 and pushing.is_alive() and len(service.kept) == 1
    service.answer = 201
    service.go_on.set()
    pushing.join(20)
    assert not pushing.is_alive() and len(service.kept) == 2, "what left meanwhile is told by another push"
    with world.acting(me):
        device.refresh_from_db()
        assert device.told_at and device.next_at is None
    # An outage ends: the leases of a worker that died with it are over too.
    with world.acting(me):
        Device.objects.update(next_at=clock.now() - timedelta(seconds=1), attempts=2)
    tasks.tell_devices(house)
    assert len(service.kept) == 3


def in_thread(house):
    tasks.tell_devices(house)
    connection.close()


# To whom


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc:def", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/gAAA", True),
        ("https://web.push.apple.com/QGx", True),
        ("https://wns2-by3p.notify.windows.com/w/?token=AwY%3d", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/fcm/send/abc", False),
        ("https://me@fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com@inside.test/", False),
        ("https://fcm.googleapis.com.inside.test/", False),
        ("https://push.apple.com/", False),
        ("https://inside.test/.push.apple.com/", False),
        ("https://a_b.push.apple.com/", False),
        ("https://127.0.0.1/", False),
        ("https://[::1]/", False),
        ("https://fcm.googleapis.com/\r\nX: y", False),
        ("https://fcm.googleapis.com/a b", False),
        ("https://fcm.googleapis.com/" + "a" * 1_000, False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_the_push_services_of_the_settings_are_pushed_to(address, known):
    """R38: a browser gives the address, and so could anybody: nothing inside can be reached by one."""
    assert push.knows(address) is known


def test_an_address_that_is_not_public_is_not_reached_and_a_redirection_not_followed(
    world, service, settings, monkeypatch
):
    """R38: whatever a name leads to; and a certificate that is not the service's own ends it as well."""
    allow(world)
    settings.CAUSEWAY_PUSH_INSIDE = False
    me = world.stx.advocate
    with world.acting(me):
        device, _row = device_of(me, service), to(me)
        mail_all()
        assert push.deliver() == 0 and not service.kept
        settings.CAUSEWAY_PUSH_INSIDE = True
        monkeypatch.delenv("SSL_CERT_FILE")
        world.forward(minutes=2)
        assert push.deliver() == 0 and not service.kept
        settings.CAUSEWAY_PUSH_HOSTS = ["push.elsewhere.test"]
        world.forward(minutes=3)
        push.deliver()
        assert not Device.objects.filter(pk=device.pk).exists() and not service.kept


def test_the_address_of_a_device_is_in_no_copy_no_log_and_no_line_of_the_audit(committed, service, tmp_path):
    """C18, C25: whoever has it can wake the device; it opens with the installation's secret, at its place."""
    world, me = committed, committed.stx.advocate
    allow(world)
    secret, old = "GAAbQ7-secret-of-a-device", push.settings.SECRET_KEY
    handler = log_watch.start(tmp_path)
    with world.acting(me):
        device, other = device_of(me, service, secret), device_of(world.stx.colleague, service)
        to(me)
    for answer in (500, 201):
        service.answer = answer
        tasks.deliver(str(me.organization_id))
        tasks.tell_devices(str(me.organization_id))
        with world.acting(me):
            Device.objects.update(next_at=clock.now())
    logging.getLogger().removeHandler(handler)
    said = "".join(path.read_text() for path in tmp_path.glob("*.log"))
    page = world.client(me).get(reverse("mailbox")).content
    everything = b"".join([*copies.tables().values(), copies.sessions(), said.encode(), page])
    assert not [one for one in copies.spellings(secret) if one in everything]
    assert len(service.kept) >= 2
    with world.acting(me):
        with override_settings(SECRET_KEY="another" * 9, SECRET_KEY_FALLBACKS=[old]):
            assert device.opened.endswith(secret)
        device.address = other.address
        with pytest.raises(Tampered):
            _ = device.opened
        with override_settings(SECRET_KEY="another" * 9):
            Device.objects.update(next_at=clock.now(), attempts=0)
            push.deliver()
            assert not Device.objects.exists(), "nobody can tell them any more"


# Whose


def test_a_member_names_a_device_tries_it_and_removes_it(world, service):
    """R38, C11: on record, without its address; five at most; nobody touches another's."""
    me, client = world.stx.advocate, world.client(world.stx.advocate)
    client.defaults["HTTP_USER_AGENT"] = AGENT
    address = {"address": f"https://{service.place}/send/abc"}

    def shown():
        return client.get(reverse("mailbox")).content.decode()

    assert "Your organization tells no devices" in shown() and "push.js" not in shown()
    assert (
        "Your organization tells no devices"
        in client.post(reverse("add_device"), address, follow=True).content.decode()
    )
    settings = world.client(world.stx.administrator)
    assert settings.post(reverse("change_mail"), {"may_push": "on", "may_gather": "on"}).status_code == 302
    assert (
        "Devices</dt><dd>members may choose it"
        in settings.get(reverse("organization_settings")).content.decode()
    )
    assert 'data-key="B' in shown() and "data-cannot" in shown() and "push.js" in shown()
    refused = client.post(reverse("add_device"), {"address": "https://inside.test/"}, follow=True)
    assert "is not one that this installation knows" in refused.content.decode()
    for _press in range(2):
        assert "from now on" in client.post(reverse("add_device"), address, follow=True).content.decode()
    with world.acting(me):
        [device] = Device.objects.filter(user=me)
    assert "Chrome on an Android phone" in shown() and "Never told yet" in shown()
    stranger = world.client(world.stx.colleague)
    for name in ("try_device", "remove_device"):
        assert stranger.post(reverse(name, args=[device.pk])).status_code == 404
    tried = [
        client.post(reverse("try_device", args=[device.pk]), follow=True).content.decode() for _ in range(2)
    ]
    assert "It leaves within seconds" in tried[0] and "less than a minute ago" in tried[1]
    with world.acting(me):
        assert push.deliver() == 1
    assert "Last told" in shown()
    for number in range(5):
        more = client.post(reverse("add_device"), {"address": f"{address['address']}{number}"}, follow=True)
    assert "there can be no more" in more.content.decode()
    client.post(reverse("remove_device", args=[device.pk]))
    with world.acting(me):
        assert Device.objects.count() == 4
        verbs = AuditLine.objects.filter(actor_id=me.pk, verb__endswith="_device").values_list(
            "verb", flat=True
        )
        assert sorted(verbs) == ["add_device"] * 5 + ["remove_device", "try_device"]
        changed = AuditLine.objects.filter(verb="change_settings").first()
        assert "may_push" in changed.details["changed"]
    settings.post(reverse("change_mail"), {"may_gather": "on"})
    with world.acting(me):
        assert not Device.objects.exists(), "where it is turned off none is kept"
    nothing = world.client(world.council.oversight).get(reverse("mailbox")).content.decode()
    assert "Your devices" not in nothing, "nothing reaches whoever has this role"


def test_without_a_key_of_the_installation_there_is_no_push(world, service, settings):
    """R38: nothing is owed, the page and the setting say so."""
    allow(world)
    settings.CAUSEWAY_PUSH_PUBLIC_KEY_FILE = ""
    me = world.stx.advocate
    with world.acting(me):
        device, _row = device_of(me, service), to(me)
        mail_all()
        device.refresh_from_db()
        assert device.next_at is None and not push.waits()
    said = "Whoever runs this installation has not set it up."
    assert said in world.client(me).get(reverse("mailbox")).content.decode()
    assert said in world.client(world.stx.administrator).get(reverse("change_mail")).content.decode()


GOES = [
    "shut_out",
    "deactivate",
    "end_sessions",
    "end_others",
    "forget",
    "last_day",
    "another_role",
    "turned_off",
]


@pytest.mark.parametrize("how", GOES)
def test_whoever_goes_or_has_lost_a_phone_is_told_nothing_more(world, service, how):
    """C9, C21, R38: the devices go in the same moment; who has left is told nothing even before that."""
    allow(world)
    me, boss = world.stx.colleague, world.stx.administrator
    with world.acting(me):
        device, _row = device_of(me, service), to(me)
        mail_all()
        assert push.waits()
    if how == "end_others":
        said = world.client(me).post(reverse("end_other_sessions"), follow=True).content.decode()
        assert "your devices are told nothing more" in said
    with world.acting(boss):
        if how == "forget":
            factors.forget(me, actor=boss)
        elif how in ("shut_out", "deactivate", "end_sessions"):
            getattr(me, how)(actor=boss)
        elif how == "last_day":
            me.set_last_day(clock.today(), actor=boss)
            world.forward(days=2)
        elif how == "another_role":
            type(me).objects.filter(pk=me.pk).update(role="oversight")
        elif how == "turned_off":
            Organization.objects.filter(pk=me.organization_id).update(may_push=False)
        assert not push.waits() and push.deliver() == 0 and not service.kept
        kept = how in ("last_day", "another_role", "turned_off")
        assert Device.objects.filter(pk=device.pk).exists() == kept


# What shows it


def test_the_waiting_program_is_the_same_for_everybody_and_touches_no_page(world):
    """R38, C20: one text, no page kept, no request answered by it, nothing read of a push."""
    answers = [client.get("/push.js") for client in (Client(), world.client(world.stx.advocate))]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "worker-src 'self'" in answers[0].headers["Content-Security-Policy"]
    text = answers[0].content.decode()
    assert "You have one item to look at in Causeway." in text
    for never in ('"fetch"', "caches", "event.data", "importScripts", "indexedDB", "postMessage"):
        assert never not in text


def test_the_key_to_push_with_is_made_once(tmp_path, capsys):
    """C18: its public half lies beside it; what has signed is never written over."""
    path = tmp_path / "push_key"
    call_command("make_push_key", str(path), stdout=None)
    private = audit_key.read_private(path.read_bytes())
    public = audit_key.read_public((tmp_path / "push_key.pub").read_bytes())
    assert private.public_key() == public and path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="never overwritten"):
        call_command("make_push_key", str(path))


SUBSCRIBES = """
    Notification.requestPermission = async () => window.answer || "granted";
    PushManager.prototype.getSubscription = async () => null;
    PushManager.prototype.subscribe = async (options) => {
      window.asked = options;
      return { endpoint: "https://%s/send/browser" };
    };"""


@pytest.mark.browser
def test_a_device_is_named_by_a_press_and_shows_the_one_text(live, chromium, service):
    """R38: in a real browser; without scripts the page says that it cannot, and nothing else is lost."""
    world, me = live.world, live.world.stx.advocate
    allow(world)
    plain = signed_in(live, chromium, me, scripts=False)
    plain.goto(reverse("mailbox"))
    assert plain.get_by_text("This browser cannot do it").is_visible()
    assert not plain.get_by_role("button", name="Tell me on this device").is_visible()
    plain.context.close()
    page = signed_in(live, chromium, me)
    page.add_init_script(SUBSCRIBES % service.place)
    page.goto(reverse("mailbox"))
    assert not page.get_by_text("This browser cannot do it").is_visible()
    page.evaluate("window.answer = 'denied'")
    page.get_by_role("button", name="Tell me on this device").click()
    page.get_by_text("The browser did not allow it").wait_for()
    assert faults(page) == []
    page.evaluate("window.answer = 'granted'")
    page.get_by_role("button", name="Tell me on this device").click()
    page.get_by_text("This device is told from now on").wait_for()
    assert page.get_by_text("Never told yet").is_visible()
    assert faults(page) == []
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 844})
        picture(page, f"devices-{width}")
    with world.acting(me):
        assert Device.objects.get(user=me).opened.endswith("/send/browser")
    assert shown_for_a_push(page) == [["Causeway", "You have one item to look at in Causeway.", "causeway"]]
    page.context.close()


def shown_for_a_push(page):
    """[[title, text, tag]] of what the browser shows after it was pushed to twice, by its own means."""
    page.context.grant_permissions(["notifications"])
    session = page.context.new_cdp_session(page)
    found = {}
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.update(event))
    session.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.wait_for_timeout(200)
    for _push in range(2):
        session.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": page.evaluate("origin"),
                "registrationId": found["registrations"][0]["registrationId"],
                "data": "",
            },
        )
    return page.evaluate("""async () => {
        const worker = await navigator.serviceWorker.ready;
        let shown = [];
        for (let i = 0; i < 100 && !shown.length; i++) {
          await new Promise((done) => setTimeout(done, 50));
          shown = await worker.getNotifications();
        }
        return shown.map((one) => [one.title, one.body, one.tag]);
    }""")
