"""Five failures in fifteen minutes close an account for fifteen minutes (C5).

Passphrases and second factors count together. The count is in the member's row, so that nothing that may be
lost, like the cache, can open the account again.
"""

from datetime import timedelta

from . import audit, clock
from .models import User

TRIES = 5
WINDOW = timedelta(minutes=15)


def take(member):
    """The member's row, locked until the transaction ends: tries for one account go one after the other."""
    return User.objects.select_related("organization").select_for_update(of=("self",)).get(pk=member.pk)


def failed(member, verb, **details):
    """Count a failure of a member whose row is taken; `verb` goes on record whatever becomes of the request.

    While the account is closed nothing is counted: a stranger cannot keep it closed for ever.
    """
    audit.bystander(member, verb, **details)
    if member.is_locked:
        return
    member.failed_sign_ins, member.first_failed_at = _counted(
        member.failed_sign_ins, member.first_failed_at, clock.now()
    )
    if member.failed_sign_ins >= TRIES:
        member.failed_sign_ins, member.first_failed_at = 0, None
        member.locked_until = clock.now() + WINDOW
        audit.bystander(member, "lock_account", minutes=WINDOW.seconds // 60)
    member.save(update_fields=["failed_sign_ins", "first_failed_at", "locked_until"])


def cleared(member):
    """Forget the failures of a member who came in with both factors."""
    if member.failed_sign_ins or member.locked_until:
        member.failed_sign_ins, member.first_failed_at, member.locked_until = 0, None, None
        member.save(update_fields=["failed_sign_ins", "first_failed_at", "locked_until"])


def _counted(count, first, now):
    """The count after one more failure, never less than the failures of the last fifteen minutes.

    Only the first moment is kept, so after a window has passed the others are taken to have come at its end.
    """
    if first is None or now - first >= 2 * WINDOW:
        return 1, now
    if now - first >= WINDOW:
        return count, first + WINDOW  # the first one fell out, this one came
    return count + 1, first
