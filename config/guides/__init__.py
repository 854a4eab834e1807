"""The guides in the product: one a role, in the words of its pages, with pictures from `make screenshots`."""

from .guide import Guide, Picture, Section
from .helping import ADVOCATE, INTAKE, SUPERVISOR
from .house import ADMINISTRATOR, OPERATOR, OVERSIGHT
from .referring import HEAD, OFFICER

GUIDES = {
    guide.slug: guide
    for guide in (OFFICER, HEAD, INTAKE, ADVOCATE, SUPERVISOR, ADMINISTRATOR, OVERSIGHT, OPERATOR)
}


def guide_of(role):
    """The guide for a member of this role."""
    return next(guide for guide in GUIDES.values() if role in guide.roles)


__all__ = ["GUIDES", "Guide", "Picture", "Section", "guide_of"]
