"""What a signed-in member has opened, between two requests: in the session, under a key in their browser.

The session's row holds a box; the key of the box is in a cookie and nowhere else (R11). The database, its
backups and the session store open nothing; neither does a cookie without them. Locking the screen drops
both, and the cookie ends by itself when the screen would have been locked (C7).
"""

import base64
import json
from binascii import Error as NotBase64

from django.conf import settings

from orgs.sealing import Secrets, Tampered, crypto

from . import members, published

BOX = "held"  # the box's name in the session
GRACE = 60  # seconds that the cookie outlives the idle lock: activity is stamped once a minute


def come_in(request, member, passphrase):
    """Open what a right passphrase opens, and hold it for the requests that follow."""
    private, secrets = members.come_in(member, passphrase)
    key = crypto.new_key()
    request.held_key = key
    put(request, member, private, secrets)


def opened(request):
    """The organization's `Secrets` for a request of a signed-in member.

    None while the member's key waits to be given them; doubted where the published key is not theirs.
    Raises `LookupError` when nothing is held, so that the passphrase has to be asked for again.
    """
    member = request.user
    private, secrets = _get(request, member)
    if secrets is None or secrets.current != member.organization.key_version:
        secrets = members.secrets_for(member, private)
        if secrets is not None:
            put(request, member, private, secrets)
    return published.judged(member.organization, secrets)


def private_key(request):
    """The private half of the member's key (PKCS #8 DER). Raises `LookupError` when nothing is held."""
    return _get(request, request.user)[0]


def drop(request):
    """Forget what was held: the box in the session, and the key in the browser."""
    request.session.pop(BOX, None)
    request.held_key = None


def stay(request):
    """Let the cookie live on: the member is here."""
    request.held_key = _key(request)


def send(request, response):
    """Give the browser the key of what is held, or take it back."""
    if not hasattr(request, "held_key"):
        return
    flags = {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Strict", "path": "/"}
    name = settings.CAUSEWAY_KEY_COOKIE_NAME
    if request.held_key is None:
        if name in request.COOKIES:
            response.set_cookie(name, "", max_age=0, **flags)
        return
    member = request.user
    minutes = member.organization.idle_minutes if member.is_authenticated else settings.IDLE_MINUTES
    response.set_cookie(name, as_cookie(request.held_key), max_age=minutes * 60 + GRACE, **flags)


def as_cookie(key):
    """The key of a box as the browser keeps it."""
    return base64.urlsafe_b64encode(key).decode()


def put(request, member, private, secrets):
    """Hold what was opened in the session's box, under the key made in this request or brought by it."""
    text = json.dumps([base64.b64encode(private).decode(), secrets and secrets.to_json()])
    box = crypto.seal(text.encode(), _key(request), 1, _place(member))
    request.session[BOX] = base64.b64encode(box).decode()


def _get(request, member):
    """(private half, `Secrets` or None). Raises `LookupError` when there is no box or no key of it."""
    box, key = request.session.get(BOX), _key(request)
    if not box or not key:
        raise LookupError("Nothing is held in this session.")
    try:
        private, secrets = json.loads(crypto.unseal(base64.b64decode(box), key, _place(member)))
    except (Tampered, ValueError):
        raise LookupError("The key in the browser does not open what the session holds.") from None
    return base64.b64decode(private), secrets and Secrets.from_json(secrets)


def _key(request):
    """The key of the box: made in this request, or brought by the browser; None without one."""
    if hasattr(request, "held_key"):
        return request.held_key
    try:
        key = base64.urlsafe_b64decode(request.COOKIES.get(settings.CAUSEWAY_KEY_COOKIE_NAME, ""))
    except (NotBase64, ValueError):
        return None
    return key if len(key) == crypto.KEY_BYTES else None


def _place(member):
    return f"{member.organization_id}|held|{member.pk}".encode()
