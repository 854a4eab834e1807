"""Mail that does not arrive: refused at the door of a mail server, or taken and sent back later.

Each mail leaves with an envelope sender of its own, made from its row and the installation's secret. What
comes back to that address is a report about that one mail, and nobody else can write one. Of a report only
its code is kept: which mail, that it failed, and the number of the reason.
"""

import re
from email import message_from_bytes, policy
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from . import clock
from .models import Mailbox, Organization, OutboxMessage
from .tenancy import acting_for

LARGEST = 1_000_000  # bytes of a report; more is no report
SIGNS = 20  # hexadecimal digits of the signature: 80 bits, in an address of 64 characters
ADDRESS = re.compile(rf"\+([0-9a-f]{{32}})([0-9a-f]{{{SIGNS}}})@", re.IGNORECASE)
CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def return_address(message):
    """The envelope sender of one mail, or "" where the operator has set no address for what comes back."""
    if not settings.CAUSEWAY_BOUNCES:
        return ""
    local, domain = settings.CAUSEWAY_BOUNCES.rsplit("@", 1)
    return f"{local}+{message.pk.hex}{_signature(message.pk.hex, settings.SECRET_KEY)}@{domain}"


def message_of(address):
    """The id of the mail that has this envelope sender; None for any other address."""
    found = ADDRESS.search(address or "")
    if not found:
        return None
    key, said = found[1].lower(), found[2].lower()
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(constant_time_compare(said, _signature(key, secret)) for secret in secrets):
        return None
    return UUID(key)


def _signature(key, secret):
    return salted_hmac("causeway.bounce", key, secret=secret, algorithm="sha256").hexdigest()[:SIGNS]


def failure_in(raw):
    """The code with which a report says that a mail has failed for good; "" where it says nothing like it.

    `raw` is the whole mail in bytes. Delays, answers by machine and letters of people are no failure.
    """
    report = message_from_bytes(raw[:LARGEST], policy=policy.default)
    if report.get_content_type() != "multipart/report":
        return ""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload() if part.is_multipart() else ():
                if str(block.get("Action", "")).strip().lower() == "failed":
                    code = CODE.search(str(block.get("Status", "")))
                    return code[0] if code else "5.0.0"
    return ""


def receive(raw, to):
    """Take one mail that came to an address of ours; returns whether it was a report about one of our mails.

    `to` is the address of the envelope, as the mail server knows it. Whatever else comes is left alone.
    """
    key, code = message_of(to), failure_in(raw)
    if key is None or not code:
        return False
    for organization_id in Organization.objects.values_list("pk", flat=True):
        with acting_for(organization_id), transaction.atomic():
            message = OutboxMessage.objects.select_for_update(of=("self",)).filter(pk=key).first()
            if message is None:
                continue
            message.came_back_at, message.error = clock.now(), code
            message.save(update_fields=["came_back_at", "error"])
            if message.recipient:
                Mailbox.of(message.recipient).came_back(code, refused=False)
            return True
    return False


def refused(message, code):
    """A mail server did not take a mail because of its address: known at once, and tried again all the same.

    `code` is "" where it was refused for another reason, or not answered.
    """
    if not code:
        return
    with transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk).update(came_back_at=clock.now(), error=code)
        if message.recipient:
            Mailbox.of(message.recipient).came_back(code, refused=True)


def taken(message):
    """A mail server has taken a mail to an address that one had refused. Call it in a transaction."""
    if message.recipient_id:
        for box in Mailbox.objects.filter(user=message.recipient_id, refused=True).select_related("user"):
            box.heal(actor=None)
