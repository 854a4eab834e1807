"""One's own sessions: where, since when, by which kind of browser; and ending one that is not this one (C21).

A session ends by its row in the session store, so that no request has to ask whether it still stands.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import connection

from . import audit, clock
from .models import SessionStart

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
DEVICES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "an Android phone"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)
OF_HASH = "encode(sha256(convert_to(session_key, 'UTF8')), 'hex') = ANY(%s)"


def in_words(agent):
    """A browser in coarse words: "Firefox on Windows"."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "Another browser")
    device = next((name for sign, name in DEVICES if sign in agent), "")
    return f"{browser} on {device}" if device else browser


def hash_of(key):
    return hashlib.sha256(key.encode()).hexdigest()


def begin(request, member):
    """Remember a session that has just begun; it has its new key already."""
    start = SessionStart.objects.create(
        organization_id=member.organization_id,
        user=member,
        key_hash=hash_of(request.session.session_key),
        browser=in_words(request.META.get("HTTP_USER_AGENT", "")),
        address=request.META.get("REMOTE_ADDR", ""),
        started_at=clock.now(),
        seen_at=clock.now(),
    )
    request.session["start"] = str(start.pk)


def seen(request):
    """The member is here; the key may be another by now, as after a change of the passphrase."""
    SessionStart.objects.filter(pk=request.session.get("start")).update(
        seen_at=clock.now(), key_hash=hash_of(request.session.session_key)
    )


def standing(member):
    """The sessions of a member that can still be used, the one seen last first."""
    since = clock.now() - timedelta(hours=settings.SIGNED_IN_HOURS)
    starts = SessionStart.objects.filter(user=member, ended_at=None, started_at__gt=since)
    return starts.extra(
        where=[
            "EXISTS (SELECT 1 FROM django_session s WHERE s.expire_date > now() AND "
            "encode(sha256(convert_to(s.session_key, 'UTF8')), 'hex') = orgs_sessionstart.key_hash)"
        ]
    )


def close(starts):
    """End these sessions on the server; returns how many there were."""
    ids, hashes = zip(*starts.values_list("pk", "key_hash"), strict=True) if starts.exists() else ((), ())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM django_session WHERE {OF_HASH}", [list(hashes)])  # noqa: S608 - a constant
    SessionStart.objects.filter(pk__in=ids).update(ended_at=clock.now())
    return len(ids)


def end(member, starts):
    """A member ends sessions of their own."""
    count = close(starts)
    if count:
        audit.write(member, "end_sessions", count=count)
    return count
