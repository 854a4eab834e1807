"""Web push, beside mail: a device is woken of a mail that left at once, and is given nothing (RFC 8030, R38).

There is no payload: nothing to encrypt, to keep or to read on the way. The words are constant and lie in the
device already. Every header is the same for every push, but for the signature that says which installation
asks (RFC 8292). The mail has left before; a push service that is slow or gone keeps none waiting.
"""

import base64
import http.client
import ipaddress
import json
import logging
import re
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connection, transaction

from . import audit_key, clock
from .models import Counter, Device
from .sealing import Tampered
from .tenancy import current

logger = logging.getLogger(__name__)
BATCH = 10  # devices that are told at the same time
PATIENCE = 10  # seconds that a push service has for a whole answer
LEASE = timedelta(seconds=30)
TRIES = 3
REST = timedelta(minutes=1)  # of an organization's pushes, after a batch of which none got through
SIGNED_FOR = timedelta(hours=2)
ONE_WORKER = 0x70757368  # any number that nobody else locks
LONGEST_ADDRESS = 1_000
GONE = (404, 410)
HEADERS = {"TTL": "14400", "Urgency": "high", "Topic": "causeway"}  # 4 hours
SILENT = frozenset({"invitation", "audit_head", "test", "week"})  # a paper to keep, or what can wait


def there():
    """Whether this installation has a key to push with."""
    return bool(settings.CAUSEWAY_PUSH_PUBLIC_KEY_FILE)


def key_of_pages():
    """The installation's public key as browsers want it."""
    public = audit_key.read_public(Path(settings.CAUSEWAY_PUSH_PUBLIC_KEY_FILE).read_bytes())
    return _point(public)


def knows(address):
    """Whether a device's address is one at a push service that the settings name; its path is a secret."""
    if len(address) > LONGEST_ADDRESS or not re.fullmatch(r"[!-~]+", address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    place = parts.netloc.lower()  # with a port and whatever else: none is in the settings
    return parts.scheme == "https" and any(_is_of(place, host) for host in settings.CAUSEWAY_PUSH_HOSTS)


def _is_of(place, host):
    if host.startswith("*."):
        return re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*" + re.escape(host[1:]), place) is not None
    return place == host


# What is owed


def owe(rows):
    """A mail for these rows of the outbox has left: its hearer's devices are told. In its transaction."""
    hearer = rows[0].recipient_id
    if there() and hearer and any(row.aloud and row.kind not in SILENT and not row.link for row in rows):
        Device.objects.filter(user_id=hearer).update(next_at=clock.Now(), attempts=0)


def waits():
    """Whether a device of the acting organization could be told now."""
    return there() and Device.objects.filter(organization_id=current.get()).owed().exists()


def pull_back(now):
    """The clock was set back: nothing waits until it is that late again."""
    Device.objects.filter(next_at__gt=now + 4 * REST).update(next_at=now)


@contextmanager
def alone():
    """Yields whether no other worker of the installation pushes; nobody waits for one who does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_WORKER])
        held = cursor.fetchone()[0]
    try:
        yield held
    finally:
        if held:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_WORKER])


# Telling


def deliver():
    """Tell some devices of the acting organization; returns how many that settled, 0 where nobody answered.

    Call it outside a transaction: nothing is locked while a push service thinks. A worker that dies between
    an answer and its mark tells a device twice; one note takes the other's place there.
    """
    taken = _take()
    answers = _ask([device for device, _leased in taken], clock.now() + SIGNED_FOR)
    told = sum(_settle(device, leased, answers[device.pk]) for device, leased in taken)
    failed = len(taken) - told - sum(status in GONE for status in answers.values())
    answered = any(0 < status < 500 for status in answers.values())
    with transaction.atomic():
        for name, count in (("pushed", told), ("push_failed", failed)):
            if count:
                Counter.take(current.get(), name, count)
        if taken and not answered:
            behind = Device.objects.filter(organization_id=current.get(), next_at__lte=clock.Now())
            behind.update(next_at=clock.now() + REST)
    return len(taken) if answered else 0


def _take():
    """[(device, when its lease ends)] of those that are owed a push, the oldest first."""
    with transaction.atomic():
        mine = Device.objects.filter(organization_id=current.get()).owed().order_by("next_at", "pk")
        devices = list(mine.select_for_update(of=("self",), skip_locked=True)[:BATCH])
        for device in devices:
            device.next_at, device.attempts = clock.now() + LEASE, device.attempts + 1
        Device.objects.bulk_update(devices, ["next_at", "attempts"])
    return [(device, device.next_at) for device in devices]


def _ask(devices, signed_until):
    """{device's id: the status of its push service's answer}; 0 where there was none."""
    answers, calls = {}, []
    for device in devices:
        try:
            address = device.opened
        except Tampered:
            answers[device.pk] = GONE[0]
            continue
        if knows(address):
            calls.append((device.pk, _Call(address, signed_until)))
        else:
            answers[device.pk] = GONE[0]  # its host was taken out of the settings
    with ThreadPoolExecutor(BATCH) as pool:
        asked = {pool.submit(call.status): key for key, call in calls}
        wait(asked, timeout=PATIENCE)
        for _key, call in calls:
            call.hang_up()
        return answers | {key: future.result() for future, key in asked.items()}


def _settle(device, leased, status):
    """Mark what became of one push; returns whether it was taken. A mail that left meanwhile stays owed."""
    taken = 200 <= status < 300
    with transaction.atomic():
        if status in GONE:
            device.remove(actor=None)
            return False
        row = Device.objects.select_for_update(of=("self",)).filter(pk=device.pk).first()
        if row is None:
            return taken
        now = clock.now()
        if taken:
            row.told_at, row.failed_at = now, None
        else:
            row.failed_at = now
        if row.next_at == leased:
            again = not taken and row.attempts < TRIES
            row.next_at = now + REST * row.attempts if again else None
        row.save(update_fields=["told_at", "failed_at", "next_at"])
    return taken


class _Call:
    """One push: a POST without a body. No answer of a push service is read beyond its status."""

    def __init__(self, address, signed_until):
        self.parts, self.signed_until = urlsplit(address), signed_until
        self.connection = _Careful(self.parts.hostname, self.parts.port or 443, timeout=PATIENCE / 2)

    def status(self):
        """The status of the answer, or 0. A redirection is an answer like others: nobody follows it."""
        try:
            target = self.parts.path + (f"?{self.parts.query}" if self.parts.query else "")
            signature = _signed(self.parts, self.signed_until)
            self.connection.request("POST", target, headers=HEADERS | {"Authorization": signature})
            return self.connection.getresponse().status
        except Exception as error:  # noqa: BLE001 - whatever a push service can do, the others are told
            logger.info("a push did not get through: %s", type(error).__name__)
            return 0
        finally:
            self.connection.close()

    def hang_up(self):
        """End what is still going on, however slowly it is answered."""
        if self.connection.sock is not None:
            try:
                self.connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended by itself


class _Careful(http.client.HTTPSConnection):
    """A connection that checks whom it reaches: the certificate, and that the address is a public one."""

    def connect(self):
        for family, kind, protocol, _name, place in socket.getaddrinfo(
            self.host, self.port, type=socket.SOCK_STREAM
        ):
            if settings.CAUSEWAY_PUSH_INSIDE or ipaddress.ip_address(place[0]).is_global:
                self.sock = socket.socket(family, kind, protocol)  # kept here, so that it can be hung up
                self.sock.settimeout(self.timeout)
                try:
                    self.sock.connect(place)
                    break
                except OSError:
                    self.close()
        if self.sock is None:
            raise ConnectionError("no public address answers")
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _signed(parts, until):
    """The header that says who pushes (RFC 8292), to one push service, and until when that holds."""
    private = audit_key.read_private(Path(settings.CAUSEWAY_PUSH_KEY_FILE).read_bytes())
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(until.timestamp()),
        "sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    }
    text = ".".join(_text(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(private.sign(text.encode(), ec.ECDSA(SHA256())))
    signature = _text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={text}.{signature}, k={_point(private.public_key())}"


def _point(public):
    return _text(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
