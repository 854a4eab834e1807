"""Whether an administrator decides alone, with nobody who looks at them in turn, and from when (C9, C10)."""

from .models import User
from .models.membership import ALONE_AFTER
from .roles import Role


def is_alone(administrator):
    """Whether they are the only one, who may answer for themselves, and is seen to.

    Not for seven days after another was one: nobody comes to it by taking the other away.
    """
    return not _others(administrator).exists()


def alone_from(administrator):
    """When the only one left may decide alone; None where they may, or another is here."""
    others = list(_others(administrator).values_list("role", "is_active", "ruled_until"))
    if not others or any(role == Role.ADMINISTRATOR and is_active for role, is_active, _ruled in others):
        return None
    return max(ruled for *_who, ruled in others) + ALONE_AFTER


def _others(administrator):
    ours = User.objects.filter(organization_id=administrator.organization_id).with_a_say()
    return ours.exclude(pk=administrator.pk)
