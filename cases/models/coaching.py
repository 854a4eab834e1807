"""What a supervisor notes about a colleague's work. No part of a case, of a file or of a person's record."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from cases.walls import walled
from orgs import clock
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.record import Record, permissions_of
from orgs.sealing import SealedTextField


class CoachingNoteQuerySet(RecordQuerySet):
    def firsts(self):
        """Notes without what was added to them, the newest first."""
        return self.filter(adds_to=None).order_by("-at", "-id")


class CoachingNote(Record):
    """One note, for the supervisors, less the one whom it is about.

    A note that names a case is there for those alone who may see the case: who is walled from its person
    finds nothing of it, and it goes when the case goes. It is never changed; `adds_to` is what it adds to.
    """

    grants, clocks = access.coachingnote_grants, reminders.coachingnote_clocks

    about = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="+")
    adds_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="added")
    text = SealedTextField(_("note"), max_length=4000)

    objects = CoachingNoteQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("coachingnote", {}, "add_to")
        constraints = [
            models.CheckConstraint(condition=Q(state="kept"), name="coaching_state_is_known"),
            models.CheckConstraint(condition=~Q(about=models.F("by")), name="coaching_of_another"),
        ]
        indexes = [models.Index(fields=["organization", "about", "-at", "-id"], name="coaching_newest")]

    @classmethod
    def behind_wall(cls, user):
        """Whom it is about, and who is walled from the person of the case that it names (R42)."""
        return Q(about=user) | walled(user, "case__person_id")

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("view_coachingnote", args=[(self.adds_to or self).pk])

    @property
    def list_url(self):
        """The list of all notes about this colleague."""
        from django.urls import reverse

        return f"{reverse('coachingnotes')}?about={self.about_id}"

    @classmethod
    def write(cls, about, text, *, actor, case=None, adds_to=None):
        """Keep a note about the member `about`; `case` is one that `actor` may see. Returns it."""
        note = cls(
            organization_id=actor.organization_id,
            state="kept",
            about=about,
            by=actor,
            at=clock.now(),
            case=case,
            adds_to=adds_to,
            text=text,
        )
        with note.starting(actor, "write_coaching"):
            pass
        return note

    def add(self, text, *, actor):
        """Add to it; what was written stays as it was."""
        return type(self).write(self.about, text, actor=actor, case=self.case, adds_to=self)


class CoachingNoteUserGrant(UserGrant):
    content_object = models.ForeignKey(CoachingNote, models.CASCADE, related_name="user_grants")


class CoachingNoteGroupGrant(GroupGrant):
    content_object = models.ForeignKey(CoachingNote, models.CASCADE, related_name="group_grants")
