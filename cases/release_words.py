"""A release in words that people read. Mixed into `cases.models.Release`."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from orgs import codes
from orgs.words import exactly, local

STANDINGS = {
    "draft": _("not talked through yet"),
    "discussed": _("talked through, not signed"),
    "active": _("signed, open"),
    "expired": _("over"),
    "refused": _("the person said no"),
    "revoked": _("taken back"),
    "superseded": _("replaced"),
    "discarded": _("put away"),
}


class ReleaseWords:
    """What of a release is said, never what it lets through."""

    @property
    def standing_in_words(self):
        return STANDINGS[self.standing]

    def get_state_display(self):
        """For the page of one who came too late, as `standing_in_words`; what is signed and opens nothing is
        not called open."""
        opens = self.standing != "active" or self.is_open
        return self.standing_in_words if opens else _("signed, and not open")

    @property
    def why_ended(self):
        """Why it ended, where that is more than somebody's word; else "" ."""
        if self.end_reason in ("", "WITHDRAWN", "REPLACED"):
            return ""
        return codes.load("cases", "release_end_reasons").label(self.end_reason)

    @property
    def reason_in_words(self):
        """Why it ended, whatever the reason; "" where none is kept."""
        return codes.load("cases", "release_end_reasons").label(self.end_reason) if self.end_reason else ""

    @property
    def last_day(self):
        """The last day on the islands on which it lets something through."""
        return local(self.expires_at - timedelta(microseconds=1)).date()

    @property
    def last_day_in_words(self):
        return exactly(self.last_day)

    @property
    def categories_in_words(self):
        table = codes.load("cases", "release_categories")
        return [str(table.label(code)) for code in self.categories]

    @property
    def addressee(self):
        """The one who may be told, in words."""
        return ", ".join(filter(None, (self.recipient_name, self.recipient_unit, self.recipient.name)))
