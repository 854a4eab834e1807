"""A minor from abroad who may have been trafficked: the request to the HHS office, due in 24 hours (R30)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from orgs import clock, codes
from orgs.access import GroupGrant, UserGrant
from orgs.record import IllegalMove, permissions_of
from orgs.sealing import SealedJSONField, SealedTextField

from .disclosure import Disclosure
from .duty import index_of, runs_in
from .suspicion import Suspicion

LONGEST = timedelta(hours=24)
ASK_AGAIN = timedelta(days=7)
BEFORE_IT_ENDS = timedelta(days=21)
MOVES = {
    "write": ({"open"}, None),
    "send": ({"open"}, "sent"),
    "ask_again": ({"sent"}, None),
    "answer": ({"sent", "answered"}, "answered"),
    "excuse": ({"open"}, "not_required"),
    "reopen": ({"not_required"}, "open"),
}
STATES = {
    "open": _("To be sent"),
    "sent": _("Sent, no letter yet"),
    "answered": _("Answered"),
    "not_required": _("Not required"),
}
# What the request needs; a status or a number of it is not among them.
FACTS = ("called", "born", "age", "country", "language", "island", "concern", "with_whom", "note")
UNANSWERED = ("open", "sent")
LEAST = ("called", "country", "island", "concern")


class OtipRequest(Suspicion):
    MOVES, STATES = MOVES, STATES
    grants, clocks = access.otiprequest_grants, reminders.otiprequest_clocks

    facts = SealedJSONField(default=dict, blank=True)
    send_by = models.DateTimeField()  # what the law says, whatever became of it
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    sent_way = models.CharField(max_length=8, blank=True)
    line = models.OneToOneField(Disclosure, models.PROTECT, null=True, related_name="+")
    answer_kind = models.CharField(max_length=12, blank=True)
    answered_at = models.DateTimeField(null=True)
    letter_on = models.DateField(null=True)
    interim_until = models.DateField(null=True)
    reference = SealedTextField(_("number of the letter"), max_length=60, blank=True)

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("otiprequest", MOVES, "print")
        ordering = ["-begun_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="otip_state_is_known"),
            models.CheckConstraint(
                condition=Q(send_by__lte=F("since") + LONGEST), name="otip_is_due_in_24_hours"
            ),
            models.CheckConstraint(condition=Q(since__lte=F("begun_at")), name="otip_since_a_past_moment"),
            models.CheckConstraint(condition=runs_in("open", "sent"), name="otip_has_a_clock"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "not_required"))
                | Q(sent_at__isnull=False, sent_by__isnull=False, line__isnull=False, facts__isnull=False),
                name="otip_has_its_line",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False) & ~Q(answer_kind=""),
                name="otip_answer_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(answer_kind="interim")
                | Q(interim_until__isnull=False, letter_on__isnull=False, due_at__isnull=False),
                name="otip_interim_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_required") | ~Q(excuse_reason="") & Q(ended_by__isnull=False),
                name="otip_is_excused_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | ~Q(intake_number=""), name="otip_is_of_case_or_intake"
            ),
            # One that was begun at an intake may come to a case that has one.
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=UNANSWERED, intake_number=""),
                name="one_otip_request_a_case",
            ),
            models.UniqueConstraint(
                fields=["organization", "intake_number"],
                condition=Q(state__in=UNANSWERED) & ~Q(intake_number=""),
                name="one_otip_request_an_intake",
            ),
        ]
        indexes = [index_of("otip")]

    @classmethod
    def begin(cls, of, *, actor, since):
        """A minor from abroad on a case or at an intake, suspected at an aware moment.

        Raises `ValidationError` (code: the field) for a moment to come, and where one runs already.
        """
        if since > clock.now():
            raise ValidationError(_("Give a moment that has been."), code="since")
        with transaction.atomic():
            request = cls.suspected(of, actor=actor, since=since, state="open")
            if request.others_run():
                raise ValidationError(_("A request runs here already."), code="since")
            request.send_by = request.due_at = request.runs_out("request_otip", since, actor)
            with request.starting(actor, "begin"):
                request.touch()
        return request

    def others_run(self):
        """Whether another one waits for its answer on the same case, or at the same intake before that."""
        others = type(self).objects.filter(organization_id=self.organization_id, state__in=UNANSWERED)
        if self.case_id:
            others = others.filter(case=self.case_id)
        else:
            others = others.filter(case=None, intake_number=self.intake_number)
        return others.exclude(pk=self.pk).exists()

    def write(self, *, actor, **facts):
        """Put down what the request says: those of `FACTS` and no others."""
        if unknown := facts.keys() - set(FACTS):
            raise ValueError(f"A request has no {', '.join(sorted(unknown))}.")
        with self.moving("write", actor, facts=sorted(name for name, value in facts.items() if value)):
            self.facts = {name: value for name, value in facts.items() if value not in ("", None)}

    def send(self, *, actor, at, way):
        """It went to the office at an aware moment, by `way` (otip_ways). The ledger has it first (R26)."""
        with self.moving("send", actor, way=way):
            if not self.is_written:
                raise ValidationError(_("Write the request first."), code="facts")
            self.must_have_been(at)
            self.sent_at, self.sent_by, self.sent_way = at, actor, way
            self.due_at = clock.now() + ASK_AGAIN
            self.line = Disclosure.write_by_law(
                self, actor, "otip", _("HHS Office on Trafficking in Persons"),
                "\n".join(self.facts_in_words()), "verbal" if way == "phone" else "written",
            )  # fmt: skip
            self.touch()

    def ask_again(self, *, actor):
        """The office was asked for its answer; a week until it is asked again."""
        with self.moving("ask_again", actor):
            self.due_at = clock.now() + ASK_AGAIN
            self.touch()

    def answer(self, kind, *, actor, letter_on=None, interim_until=None, reference=""):
        """A letter came: `kind` of otip_answers. An interim one ends, and is asked about before it does.

        Raises `ValidationError` for an interim letter without its days.
        """
        with self.moving("answer", actor, result=kind):
            if kind == "interim" and not (letter_on and interim_until and letter_on <= interim_until):
                raise ValidationError(
                    _("Say until which day the interim letter helps."), code="interim_until"
                )
            self.answer_kind, self.answered_at, self.letter_on = kind, clock.now(), letter_on
            self.reference, self.interim_until = reference, interim_until if kind == "interim" else None
            self.due_at = self._look_again(interim_until) if kind == "interim" else None
            self.touch()

    def _look_again(self, ends):
        from cases.duty_words import morning_of

        return max(clock.now() + timedelta(days=1), morning_of(ends) - BEFORE_IT_ENDS)

    def reopen(self, *, actor):
        """It is required after all; late or not, it runs on from when it was suspected."""
        with self.moving("reopen", actor):
            if self.others_run():
                raise IllegalMove("reopen", self, _("Another one runs already."))
            self.due_at = self.send_by
            self.excuse_reason, self.ended_at, self.ended_by = "", None, None

    @property
    def is_written(self):
        return all(self.facts.get(name) for name in LEAST)

    @property
    def answer_in_words(self):
        return codes.load("cases", "otip_answers").label(self.answer_kind)

    def facts_in_words(self):
        """One line a fact, as the paper and the ledger have them."""
        from cases.duty_words import otip_facts

        return [f"{label}: {value}" for label, value in otip_facts(self)]


class OtipRequestUserGrant(UserGrant):
    content_object = models.ForeignKey(OtipRequest, models.CASCADE, related_name="user_grants")


class OtipRequestGroupGrant(GroupGrant):
    content_object = models.ForeignKey(OtipRequest, models.CASCADE, related_name="group_grants")
