"""T or U certification and Continued Presence (R31): asked for under a release, kept nowhere else."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from cases.signing import NotReleased
from orgs import clock, codes
from orgs.access import GroupGrant, UserGrant
from orgs.record import permissions_of
from orgs.sealing import SealedTextField

from .disclosure import Disclosure
from .duty import Duty, index_of, runs_in

MOVES = {
    "ask": ({"planned", "denied"}, "asked"),
    "ask_again": ({"asked"}, None),
    "sign": ({"asked"}, "signed"),
    "deny": ({"asked"}, "denied"),
    "withdraw": ({"planned", "asked"}, "withdrawn"),
}
STATES = {
    "planned": _("Not asked for yet"),
    "asked": _("Asked for, no answer yet"),
    "signed": _("Signed"),
    "denied": _("Denied"),
    "withdrawn": _("Withdrawn"),
}


FEDERAL = ("presence",)  # kinds that only an agency of the United States can ask for (22 U.S.C. 7105(c)(3))
FEDERAL_ONLY = _(
    "Only a federal law enforcement agency can ask DHS for Continued Presence. Choose a federal agency; if "
    "none is listed, ask whoever runs this installation to mark it as federal."
)


class Certification(Duty):
    """`agency` is whom it is asked of. That it was asked, and what came of it, stays here."""

    MOVES, STATES = MOVES, STATES
    grants, clocks = access.certification_grants, reminders.certification_clocks

    kind = models.CharField(max_length=12)
    agency = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey(Disclosure, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(null=True)
    denial = models.CharField(max_length=12, blank=True)
    note = SealedTextField(_("what to remember"), max_length=300, blank=True)

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("certification", MOVES)
        ordering = ["-begun_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="certification_state_is_known"),
            models.CheckConstraint(
                condition=~Q(agency=F("organization")), name="certification_is_of_another_house"
            ),
            models.CheckConstraint(condition=runs_in("planned", "asked"), name="certification_has_a_clock"),
            models.CheckConstraint(
                condition=~Q(state__in=("asked", "signed", "denied"))
                | Q(asked_at__isnull=False, asked_by__isnull=False, line__isnull=False),
                name="certification_is_asked_under_a_release",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("signed", "denied")) | Q(answered_on__isnull=False),
                name="certification_answer_has_a_day",
            ),
        ]
        indexes = [index_of("certification")]

    @classmethod
    def begin(cls, case, agency, *, actor, kind, note=""):
        """Plan to ask `agency` (an organization that refers) for a certification (certification_kinds).

        Raises `ValidationError` (code: the field) for a kind that only a federal agency can ask for, where
        `agency` is none.
        """
        if kind in FEDERAL and not agency.federal:
            raise ValidationError(FEDERAL_ONLY, code="agency")
        now = clock.now()
        plan = cls.fresh(case, actor=actor, since=now, state="planned", kind=kind, agency=agency, note=note)
        plan.due_at = plan.runs_out("answer_certification", now, actor)
        with plan.starting(actor, "begin", kind=kind):
            case.stay_open()
            case.touch()
        return plan

    @property
    def release(self):
        """The open release under which it may be asked for, or None (R31)."""
        from .release import Release

        return Release.objects.open_for(self.person_id, self.agency_id, "IMMIG_CERT").first()

    def ask(self, *, actor):
        """Ask the agency, under an open release to it for this; the ledger has the line first (R26).

        Raises `NotReleased` when there is none.
        """
        with self.moving("ask", actor, agency=self.agency.code):
            if (release := self.release) is None:
                raise NotReleased("category")
            what = _("Asked for: %(what)s") % {"what": self.kind_in_words}
            self.line = release.disclose(
                actor=actor, categories=["IMMIG_CERT"], what=str(what), method=release.method,
                to=self.agency, subject=self,
            )  # fmt: skip
            self.asked_at, self.asked_by, self.since = clock.now(), actor, clock.now()
            self.answered_on, self.denial, self.ended_at, self.ended_by = None, "", None, None
            self.due_at = self.runs_out("answer_certification", clock.now(), actor)
            self.case.touch()

    def ask_again(self, *, actor):
        """They were asked for their answer, under the same release: it must still be open."""
        with self.moving("ask_again", actor):
            if (release := self.release) is None:
                raise NotReleased("ended")
            release.disclose(
                actor=actor, categories=["IMMIG_CERT"], what=str(_("Asked again for an answer")),
                method=release.method, to=self.agency, subject=self,
            )  # fmt: skip
            self.due_at = self.runs_out("answer_certification", clock.now(), actor)
            self.case.touch()

    def sign(self, on, *, actor):
        """Signed on a day."""
        self._end("sign", actor, on)

    def deny(self, on, reason, *, actor):
        """Denied on a day, for a code of certification_denials; it can be asked for again."""
        self._end("deny", actor, on, reason)

    def _end(self, verb, actor, on, reason=""):
        with self.moving(verb, actor, reason=reason):
            self.answered_on, self.denial, self.due_at = on, reason, None
            self.ended_at, self.ended_by = clock.now(), actor
            self.case.touch()

    def withdraw(self, *, actor):
        """The person does not want it any more."""
        with self.moving("withdraw", actor):
            self.due_at, self.ended_at, self.ended_by = None, clock.now(), actor
            self.case.touch()

    @property
    def kind_in_words(self):
        return codes.load("cases", "certification_kinds").label(self.kind)


class CertificationUserGrant(UserGrant):
    content_object = models.ForeignKey(Certification, models.CASCADE, related_name="user_grants")


class CertificationGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Certification, models.CASCADE, related_name="group_grants")
