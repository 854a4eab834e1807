"""Who at the receiver the file of a handoff opens for: whom the person's release names, and nobody else.

A release names a unit or one person (R18). What answers an offer needs none of it: that something is offered,
by whom, for how many people. From the offer on the one person is known by their account, and the unit by its
key, so that a name taken later opens nothing.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from cases import telling
from orgs.models import User
from orgs.record import IllegalMove
from orgs.roles import DESK, WORKERS
from orgs.tenancy import acting_for

NO_READER = _(
    "Nobody who could open the file at %(receiver)s fits the unit or person that the release names. Ask them "
    "who takes people in, and ask the person for a new release to that unit or person; until then you can "
    "ask about a place without a name."
)


class NotForYou(PermissionDenied):
    """The file was released to somebody else of this organization."""


def readers(release):
    """The open members of the release's recipient whom it names and who can take a handoff in and work it.

    A unit needs somebody at the desk and somebody who works a case; a person must be one who works cases, and
    the only one of that name. Empty where that is not so.
    """
    with acting_for(release.recipient_id):
        members = list(User.objects.filter(organization_id=release.recipient_id).active())
    fit = [member for member in members if telling.reads(release.named, member)]
    if release.recipient_unit:
        roles = {member.role for member in fit}
        return fit if roles & set(DESK) and roles & set(WORKERS) else []
    return fit if len(fit) == 1 and fit[0].role in WORKERS else []


class Readers:
    """Mixed into a handoff's verbs."""

    @property
    def named(self):
        """Whom its release names, as both sides know it from the offer on."""
        return telling.Named(unit=self.receiver_unit_id, member=self.reader_id)

    def opens_for(self, member):
        """Whether what was released may be read by this member of the receiver's; a question names nobody."""
        return not self.identified or (
            member.organization_id == self.receiver_id and telling.reads(self.named, member)
        )

    def must_open_for(self, member):
        """Raise `NotForYou` for anybody whom the release does not name (R18, R27)."""
        if not self.opens_for(member):
            raise NotForYou

    @property
    def addressee(self):
        """For whom at the receiver the file is, in words; the receiver alone can read a member's name."""
        person = self.reader.name if self.reader_id else ""
        return ", ".join(filter(None, (self.receiver.name, person or self.receiver_unit)))

    def _name_reader(self, release):
        """Write down for whom it opens, by the release as it was signed; refused where nobody there fits."""
        fit = readers(release)
        if not fit:
            self.refresh_from_db(fields=["state"])
            raise IllegalMove("offer", self, NO_READER % {"receiver": self.receiver.name})
        self.receiver_unit, self.receiver_unit_id = release.recipient_unit, release.recipient_unit_id
        self.reader = None if release.recipient_unit else fit[0]
