"""Filters of a list that a member has named, for themselves."""

from urllib.parse import parse_qsl, urlencode

from django.db import models, transaction
from django.urls import reverse

from orgs import audit
from orgs.roles import VICTIM_SERVICES, Role
from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel

from .user import User

MOST = 12  # of one member and page
LONGEST_NAME, LONGEST = 40, 300  # characters
# The lists whose filters can be kept, by the name of their address: who has the list, and its filters.
LISTS = {
    "caseload": (VICTIM_SERVICES, ("state", "priority", "island", "advocate")),
    "audit": (frozenset({Role.ADMINISTRATOR}), ("who", "verb", "record", "outcome", "since", "until")),
}


def filters_of(page, query):
    """What of a query string are filters of this list, as a query string: no place in it, nothing unknown."""
    known = LISTS[page][1]
    return urlencode([(name, value) for name, value in parse_qsl(query) if name in known and value])


class SavedView(TenantModel):
    """One such filter: the member's alone. A name may be somebody's and a filter says whom one works for.

    It holds no row and no count: opened, it is the list as it is then, before every wall (R42).
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=12)
    name = SealedTextField(max_length=LONGEST_NAME)
    query = SealedTextField(max_length=LONGEST)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return str(self.pk)

    def get_absolute_url(self):
        return f"{reverse(self.page)}?{self.query}"

    @classmethod
    def keep(cls, member, page, name, query):
        """Keep these filters of a list under a name; one of that name is replaced.

        Returns whether there was room.

        `page` is a key of `LISTS`, `query` what `filters_of` returned.
        """
        with transaction.atomic():
            User.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
            mine = list(cls.objects.filter(user=member, page=page))
            same = next((view for view in mine if view.name == name), None)
            if same:
                same.query = query
                same.save(update_fields=["query"])
            elif len(mine) >= MOST:
                return False
            else:
                cls.objects.create(
                    organization_id=member.organization_id, user=member, page=page, name=name, query=query
                )
            audit.write(member, "save_view", page=page)
        return True

    def remove(self, *, actor):
        """It is gone, with its name."""
        with transaction.atomic():
            if type(self).objects.filter(pk=self.pk).delete()[0]:
                audit.write(actor, "remove_view", page=self.page)
