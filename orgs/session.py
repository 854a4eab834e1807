"""How a member's session stands: open, locked, ended, or still without a second factor (C3, C7, C8).

The session holds: `held` (what the member has opened, in a box, see `orgs.keyring.holding`), `organization`
(whose tenant its requests act for), `signed_in_at`, `active_at` and `second_factor_at` (seconds since 1970 by
the database's clock), `locked`, `notice` (the version of the system-use notice that was accepted), `kept`
(what was typed, sealed, while somebody confirms who they are).
"""

import base64
import json
import zlib
from enum import Enum

from django.conf import settings
from django.contrib.auth import logout
from django.utils.translation import gettext_lazy as _

from . import audit, clock, rules_of_behavior, session_list, unkept
from .keyring import holding, published
from .models import MemberKey, SessionStart
from .sealing import Doubted, Locked, Tampered, crypto, opened, public_key_of

STAMP_AFTER = 60  # seconds between two writes of the last activity
STEP_UP_AFTER = 600  # seconds for which a second factor is good for what needs it again (C8)
KEEP_AT_MOST = 600_000  # bytes of a kept page; more could not be posted back
KEY_VERSION = 1  # a member has one key at a time
TOO_MUCH = _("A file, or a very long text, could not be kept. You will be asked for it again.")
TYPE_AGAIN = _(
    "A passphrase, a code or a part of a key is never kept. Nothing was sent: please type it again."
)


class Standing(Enum):
    OPEN = "open"
    LOCKED = "locked"
    WAITING = "waiting"  # for the organization's secrets, which an administrator gives to a new key
    ENROLLING = "enrolling"
    ENDED = "ended"
    AGREEING = "agreeing"  # to the rules of behavior (C26)


def seconds():
    """The database's time in whole seconds since 1970."""
    return int(clock.now().timestamp())


def begin(request, member, *, second_factor):
    """Start the session of a member who has just come in; `second_factor` says whether with both factors."""
    now = seconds()
    request.session["organization"] = str(member.organization_id)
    request.session["signed_in_at"] = request.session["active_at"] = now
    request.session.pop("locked", None)
    request.session.pop("second_factor_at", None)
    if second_factor:
        request.session["second_factor_at"] = now
    session_list.begin(request, member)


def standing(request):
    """How the session stands now. One that was left alone too long is locked by this question."""
    session, now = request.session, seconds()
    if now - session.get("signed_in_at", 0) >= settings.SIGNED_IN_HOURS * 3600:
        return Standing.ENDED
    if session.get("locked"):
        return Standing.LOCKED
    if now - session.get("active_at", 0) >= request.user.organization.idle_minutes * 60:
        lock(request, by="idle")
        return Standing.LOCKED
    if "second_factor_at" not in session:
        return Standing.ENROLLING
    if not rules_of_behavior.stand(request.user):
        return Standing.AGREEING
    return Standing.OPEN


def left(request):
    """In how many seconds this session ends, whatever its member does (C8)."""
    return request.session.get("signed_in_at", 0) + settings.SIGNED_IN_HOURS * 3600 - seconds()


def touch(request):
    """Remember that the member is here; written at most once a minute."""
    now = seconds()
    if now - request.session["active_at"] >= STAMP_AFTER:
        request.session["active_at"] = now
        session_list.seen(request)
        holding.stay(request)


def lock(request, *, by):
    """Lock until the passphrase is given, and forget what was opened.

    `by` says who did: "member", "idle", or "key" where the browser has lost its half.
    """
    holding.drop(request)
    if not request.session.get("locked"):
        request.session["locked"] = True
        audit.write(request.user, "lock", by=by)


def unlock(request, passphrase):
    """Open a locked session again, with the passphrase that was found right."""
    holding.come_in(request, request.user, passphrase)
    request.session.pop("locked", None)
    request.session["active_at"] = seconds()
    audit.write(request.user, "unlock")


def end(request, why):
    """End the session on the server; `why` is a code for the audit."""
    audit.write(request.user, "sign_out", why=why)
    SessionStart.objects.filter(pk=request.session.get("start")).update(ended_at=clock.now())
    logout(request)
    holding.drop(request)


def doubt(request):
    """The published key is not the one that the members hold: say so, once a session for each such key."""
    organization = request.user.organization
    seen = f"{organization.key_version}:{crypto.fingerprint(bytes(organization.public_key or b'')).hex()}"
    if request.session.get("doubted") != seen and published.is_confirmed(organization.pk):
        request.session["doubted"] = seen
        request.doubts.add(organization.pk)


def passed_second_factor(request):
    """The member has just proved a second factor in this session."""
    request.session["second_factor_at"] = seconds()


def recently_authenticated(request):
    """Whether a second factor was proved in this session within the last ten minutes (C8)."""
    at = request.session.get("second_factor_at")
    return at is not None and seconds() - at < STEP_UP_AFTER


def keep(request):
    """What a POST carries, as text that this member alone can open; "" where it is too much, or a secret.

    It is sealed twice: to the member's own public key, so that no colleague's keys open it, and over that to
    the organization's, which is signed, so that nobody reads it who wrote a key of their own into a row. It
    is not kept where that key is in doubt. Writing needs nothing opened, and neither the lock page's source
    nor the session store shows what was typed. Files are not kept, and no secret is (see `orgs.unkept`):
    `why_not_kept` says which of them it was.
    """
    key = MemberKey.objects.filter(user=request.user).first()
    if key is None or unkept.is_secret(request):
        return ""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    plain = zlib.compress(json.dumps([request.get_full_path(), fields]).encode())
    if len(plain) > KEEP_AT_MOST:
        return ""
    organization, place = request.user.organization, _place(request.user)
    try:
        ours = crypto.load_public(public_key_of(organization))
    except Doubted:
        request.doubts.add(organization.pk)
        return ""
    except Locked:  # it has no keys yet, and nothing that could be typed of anybody
        return ""
    inner = crypto.seal_letter(plain, crypto.load_public(bytes(key.public_key)), KEY_VERSION, place)
    letter = crypto.seal_letter(inner, ours, organization.key_version, place)
    return base64.b64encode(letter).decode()


def why_not_kept(request, kept):
    """What to tell whoever sent this POST, of which `kept` was kept; "" where it is whole."""
    if unkept.is_secret(request):
        return TYPE_AGAIN
    return "" if kept and not request.FILES else TOO_MUCH


def kept(request, text):
    """The (path, [(name, value)…]) in what `keep` returned, or None when it is not this member's.

    Needs what the member has opened in this session; an administrator who gave them a new key has it lost.
    """
    place = _place(request.user)
    try:
        letter = base64.b64decode(text, validate=True)
        ours = opened(request.user.organization_id).version(crypto.version_of(letter))
        private = crypto.load_private(holding.private_key(request))
        plain = crypto.unseal_letter(crypto.unseal_letter(letter, ours.private, place), private, place)
        path, fields = json.loads(zlib.decompress(plain))
    except (
        ValueError,
        LookupError,
        Locked,
        Tampered,
        zlib.error,
    ):  # not this member's, or of a key that is no longer there
        return None
    return path, fields


def _place(member):
    return f"{member.organization_id}|kept|{member.pk}".encode()
