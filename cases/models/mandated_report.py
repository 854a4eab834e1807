"""A mandated report about a child or a vulnerable adult: by voice at once, in writing in 48 hours (R29)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from orgs import clock, codes
from orgs.access import GroupGrant, UserGrant
from orgs.record import permissions_of
from orgs.sealing import SealedJSONField, SealedTextField

from .contact import NoSafePlan
from .disclosure import Disclosure
from .duty import index_of, runs_in
from .suspicion import Suspicion

LONGEST = timedelta(hours=48)
MOVES = {
    "record_oral": ({"open"}, "oral_made"),
    "write": ({"open", "oral_made"}, None),
    "send_written": ({"oral_made"}, "written_sent"),
    "tell_person": ({"open", "oral_made", "written_sent"}, None),
    "excuse": ({"open"}, "not_required"),
    "reopen": ({"not_required"}, "open"),
}
STATES = {
    "open": _("To be made by voice"),
    "oral_made": _("Made by voice, to be sent in writing"),
    "written_sent": _("Sent in writing"),
    "not_required": _("Not required"),
}
NOT_SAFE = "not_safe"  # the answer that telling them of it would put them in danger
TOLD_UNTIL = ("before", "after", "too_young", "died")  # answers after which nothing is left to say
FACTS = ("called", "age", "where", "concerns", "relation", "danger", "language", "note")
LEAST = ("where", "concerns", "relation", "danger")


class MandatedReport(Suspicion):
    """What is told is in `facts`: named ones, as few as protect somebody; no name of who did it (R42)."""

    MOVES, STATES = MOVES, STATES
    grants, clocks = access.mandatedreport_grants, reminders.mandatedreport_clocks

    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=12)  # whom it is about, as seen from the person of the case
    oral_due_at = models.DateTimeField()
    written_due_at = models.DateTimeField()
    facts = SealedJSONField(default=dict, blank=True)
    override = models.CharField(max_length=12, blank=True)  # how it stands to a release
    oral_at = models.DateTimeField(null=True)
    oral_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    oral_to = models.CharField(max_length=8, blank=True)
    oral_taken_by = SealedTextField(_("who took it"), max_length=120, blank=True)
    oral_line = models.OneToOneField(Disclosure, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    written_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    written_way = models.CharField(max_length=8, blank=True)
    written_line = models.OneToOneField(Disclosure, models.PROTECT, null=True, related_name="+")
    told = models.CharField(max_length=12, blank=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("mandatedreport", MOVES, "print")
        ordering = ["-begun_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="report_state_is_known"),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | ~Q(intake_number=""),
                name="report_is_of_case_or_intake",
            ),
            models.CheckConstraint(
                condition=Q(written_due_at__lte=F("since") + LONGEST)
                & Q(oral_due_at__lte=F("written_due_at")),
                name="report_is_due_in_48_hours",
            ),
            models.CheckConstraint(condition=Q(since__lte=F("begun_at")), name="report_since_a_past_moment"),
            models.CheckConstraint(condition=runs_in("open", "oral_made"), name="report_has_a_clock"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "not_required"))
                | Q(oral_at__isnull=False, oral_by__isnull=False, oral_line__isnull=False)
                & ~Q(oral_to="")
                & ~Q(override=""),
                name="oral_report_has_its_line",
            ),
            models.CheckConstraint(
                condition=~Q(state="written_sent")
                | Q(
                    written_at__isnull=False,
                    written_by__isnull=False,
                    written_line__isnull=False,
                    facts__isnull=False,
                ),
                name="written_report_has_its_line",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_required") | ~Q(excuse_reason="") & Q(ended_by__isnull=False),
                name="report_is_excused_by_somebody",
            ),
        ]
        indexes = [index_of("report")]

    @classmethod
    def begin(cls, of, *, actor, kind, about, since):
        """Begin a report on a case, closed ones too, or on an intake; `since` (aware, not to come) is when it
        was suspected.

        `kind` is a code of report_kinds, `about` of report_subjects. Raises `ValidationError` for a moment
        that is still to come.
        """
        if since > clock.now():
            raise ValidationError(_("Give a moment that has been."), code="since")
        said = {"since": since, "state": "open", "kind": kind, "about": about}
        with transaction.atomic():
            report = cls.suspected(of, actor=actor, **said)
            report.written_due_at = report.runs_out("report_abuse", since, actor)
            by_voice = report.runs_out("report_abuse_orally", since, actor)
            report.oral_due_at = report.due_at = min(by_voice, report.written_due_at)
            with report.starting(actor, "begin", kind=kind):
                report.touch()
        return report

    def record_oral(self, *, actor, at, to, taken_by="", override):
        """Made by voice at an aware moment, to `to` (report_recipients); the ledger has it (R26).

        `override` (report_overrides) says how that stands to a release: the law demands it either way.
        """
        with self.moving("record_oral", actor, to=to):
            self.must_have_been(at)
            self.oral_at, self.oral_by, self.oral_to, self.oral_taken_by = at, actor, to, taken_by
            self.override, self.due_at = override, self.written_due_at
            what = _("Report by voice: %(kind)s.") % {"kind": self.kind_in_words}
            self.oral_line = self._disclose(actor, what, "verbal")
            self.touch()

    def write(self, *, actor, **facts):
        """Put the facts of the written report down: those of `FACTS` and no others (R15)."""
        if unknown := facts.keys() - set(FACTS):
            raise ValueError(f"A report has no {', '.join(sorted(unknown))}.")
        with self.moving("write", actor, facts=sorted(name for name, value in facts.items() if value)):
            self.facts = {name: value for name, value in facts.items() if value not in ("", None, [])}

    def send_written(self, *, actor, at, way):
        """The written report went to whom was told by voice, by `way` (report_ways). Ledger first (R26)."""
        with self.moving("send_written", actor, way=way):
            self.must_have_been(at)
            if not self.is_written:
                raise ValidationError(_("Write the report first."), code="facts")
            self.written_at, self.written_by, self.written_way = at, actor, way
            self.written_line = self._disclose(actor, "\n".join(self.facts_in_words()), "written")
            self.due_at = None if self.is_told else self.runs_out("tell_of_report", clock.now(), actor)
            self.touch()

    def tell_person(self, answer, *, actor):
        """Whether the person was told that the report was made (report_told). Unsafe: it stays asked for.

        Raises `NoSafePlan` for telling them after it, when no plan says how (R37).
        """
        plan = self.person.plan
        if answer == "after" and not (plan and plan.is_verified):
            raise NoSafePlan(plan)
        with self.moving("tell_person", actor, result=answer):
            self.told, self.told_at, self.told_by = answer, clock.now(), actor
            if self.state == "written_sent":
                self.due_at = None if self.is_told else clock.now() + timedelta(days=7)
            self.touch()

    def reopen(self, *, actor):
        """It is required after all; the clock runs on from when it was suspected."""
        with self.moving("reopen", actor):
            self.due_at = self.oral_due_at
            self.excuse_reason, self.ended_at, self.ended_by = "", None, None

    def _disclose(self, actor, what, method):
        to = str(codes.load("cases", "report_recipients").label(self.oral_to))
        return Disclosure.write_by_law(self, actor, self.kind, to, str(what), method)

    @property
    def is_written(self):
        return all(self.facts.get(name) for name in LEAST)

    @property
    def is_told(self):
        return self.told in TOLD_UNTIL

    @property
    def kind_in_words(self):
        return codes.load("cases", "report_kinds").label(self.kind)

    @property
    def law(self):
        return codes.load("cases", "report_kinds")[self.kind].extra["law"]

    def facts_in_words(self):
        """One line a fact, as the paper and the ledger have them."""
        from cases.duty_words import report_facts

        return [f"{label}: {value}" for label, value in report_facts(self)]


class MandatedReportUserGrant(UserGrant):
    content_object = models.ForeignKey(MandatedReport, models.CASCADE, related_name="user_grants")


class MandatedReportGroupGrant(GroupGrant):
    content_object = models.ForeignKey(MandatedReport, models.CASCADE, related_name="group_grants")
