"""The person's written permission (R17-R24); what was told under it is in `disclosure`."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases import access, release_ends, reminders, signing, telling
from cases.executing import Execution, refuse_incomplete
from cases.release_text import FORM_VERSION
from cases.release_words import ReleaseWords
from cases.signing import NotReleased
from cases.walls import walled
from orgs import clock, codes, names
from orgs.access import GroupGrant, RecordQuerySet, UserGrant
from orgs.models import Unit
from orgs.record import Record, permissions_of
from orgs.sealing import SealedJSONField, SealedTextField

LONGEST = timedelta(days=90)
USUAL = timedelta(days=30)
TEXTLESS = "2026-11"  # the form before what was shown was kept
CATEGORIES = codes.load("cases", "release_categories").codes
MOVES = {
    "edit": ({"draft", "discussed"}, "draft"),
    "discuss": ({"draft"}, "discussed"),
    "sign": ({"discussed"}, "active"),
    "refuse": ({"draft", "discussed"}, "refused"),
    "revoke": ({"active"}, "revoked"),
    "supersede": ({"active"}, "superseded"),
    "shorten": ({"active"}, None),
    "discard": ({"draft", "discussed"}, "discarded"),
}
STATES = ("draft", "discussed", "active", "refused", "revoked", "superseded", "discarded")
EVERY_ELEMENT = (
    Q(
        signed_at__isnull=False,
        witness__isnull=False,
        discussed_at__isnull=False,
        discussed_by__isnull=False,
        purpose__isnull=False,
        signer_name__isnull=False,
        signature__isnull=False,
        discussed__contains=list(signing.DISCUSSED),
        statements__contains=list(signing.STATEMENTS),
        signature_method__in=signing.SIGNATURES,
        method__in=codes.load("cases", "release_methods").codes,
        copy_offered__in=codes.load("cases", "copy_answers").codes,
        signer_type__in=codes.load("cases", "signer_types").codes,
    )
    & ~Q(categories=[])
    & ~Q(language="")
    & ~Q(form_version="")
    & (~Q(recipient_unit="") | Q(recipient_name__isnull=False))
    & (Q(signer_type__in=signing.BY_THEMSELVES) | Q(signer_not_abuser=True))
    & (~Q(signer_type="MINOR_WITH_PARENT") | Q(cosigner_name__isnull=False))
)


class ReleaseQuerySet(RecordQuerySet):
    def open(self):
        """The releases that let something through now, by the database's clock (R19)."""
        return self.filter(state="active", starts_at__lte=clock.Now(), expires_at__gt=clock.Now())

    def open_for(self, person, recipient, category):
        """The open releases of a person to one organization for one category (R2)."""
        return self.open().filter(person=person, recipient=recipient, categories__contains=[category])

    def standing(self):
        """What is open, or on its way there."""
        return self.filter(
            Q(state__in=("draft", "discussed")) | Q(state="active", expires_at__gt=clock.Now())
        ).order_by("expires_at", "id")

    def ending(self, until):
        """The open releases that end by an aware moment, the first to end first."""
        return self.open().filter(expires_at__lte=until).order_by("expires_at", "id")


class Release(ReleaseWords, Execution, Record):
    """One recipient, named categories, a purpose, an end. The only key that opens anything to others."""

    MOVES = MOVES
    grants, clocks = access.release_grants, reminders.release_clocks

    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="releases")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="releases")
    recipient = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    recipient_unit = models.CharField(max_length=80, blank=True)
    recipient_name = SealedTextField(_("named person"), max_length=120, blank=True)
    # Which unit, or who, has that name at the recipient's; no foreign key: their row is not ours.
    recipient_unit_id = models.UUIDField(null=True)
    recipient_member = models.UUIDField(null=True)
    categories = ArrayField(models.CharField(max_length=16), default=list)
    purpose = SealedTextField(_("purpose"), max_length=300, blank=True)
    method = models.CharField(max_length=16, blank=True)  # verbal, written, system
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    form_version = models.CharField(max_length=12)
    language = models.CharField(max_length=3, default="en")
    interpreter = SealedTextField(_("interpreter"), max_length=120, blank=True)
    made_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    discussed_at = models.DateTimeField(null=True)
    discussed_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    discussed = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    statements = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    signer_type = models.CharField(max_length=20, blank=True)
    signer_name = SealedTextField(_("who signed"), max_length=120, blank=True)
    cosigner_name = SealedTextField(_("who signed with them"), max_length=120, blank=True)
    signer_not_abuser = models.BooleanField(default=False)  # of who signs for another (R22)
    signature_method = models.CharField(max_length=20, blank=True)
    signature = SealedJSONField(default=dict, blank=True)
    signature_mark = models.CharField(max_length=64, blank=True)  # of the first; each is in `marks`
    shown = SealedJSONField(blank=True)  # the text as it was signed
    signed_at = models.DateTimeField(null=True)
    facts_read = models.PositiveIntegerField(default=0)  # `Person.facts` that the signature was held against
    witness = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    copy_offered = models.CharField(max_length=16, blank=True)  # given, declined, unsafe
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=12, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("release", MOVES, "disclose", "print", "open_paper")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="release_state_is_known"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("starts_at"), expires_at__lte=F("starts_at") + LONGEST),
                name="release_ends_within_90_days",
            ),
            models.CheckConstraint(
                condition=~Q(recipient=F("organization")), name="release_is_to_another_house"
            ),
            models.CheckConstraint(
                condition=Q(categories__contained_by=list(CATEGORIES)), name="release_names_its_categories"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | EVERY_ELEMENT, name="active_release_has_every_element"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(form_version=TEXTLESS) | Q(shown__isnull=False),
                name="active_release_keeps_its_text",
            ),
            models.UniqueConstraint(
                fields=["organization", "signature_mark"],
                condition=~Q(signature_mark=""),
                name="signature_signs_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "expires_at"], condition=Q(state="active"), name="releases_ending"
            ),
            models.Index(fields=["person", "recipient"], name="releases_of_person"),
        ]

    @classmethod
    def behind_wall(cls, user):
        return walled(user, "person_id")

    @property
    def label(self):
        return self.case.number

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("view_release", args=[self.pk])

    @classmethod
    def draft(cls, case, recipient, *, actor, days=30, starts_at=None, expires_at=None, **terms):
        """Begin a release of the case's person to one organization. Returns it, in draft.

        `terms` are recipient_unit or recipient_name (one unit or one named person, R18), categories (codes),
        purpose, method, language, interpreter. It runs for `days` from now, or between two aware moments.
        Raises `ValidationError` for more than 90 days (R19) and for what nobody may sign (R18).
        """
        starts_at = starts_at or clock.now()
        release = cls(
            organization_id=case.organization_id,
            state="draft",
            case=case,
            person_id=case.person_id,
            recipient=recipient,
            starts_at=starts_at,
            expires_at=expires_at or starts_at + timedelta(days=days),
            form_version=FORM_VERSION,
            made_by=actor,
            **terms,
        )
        release.check_terms()
        with release.starting(actor, "draft"):
            case.stay_open()
        return release

    def check_terms(self):
        """Raise `ValidationError` (code: the field) for terms that no release may have (R18, R19)."""
        if not self.starts_at < self.expires_at <= self.starts_at + LONGEST:
            raise ValidationError(_("A release ends, after 90 days at the latest."), code="expires_at")
        if set(self.categories) - set(CATEGORIES):
            raise ValidationError(_("Only what is on the list can be released."), code="categories")
        if signing.must_never_learn(self.person.relations, self.recipient_name):
            raise ValidationError(
                _("The record says that this person must never learn of it."), code="recipient_name"
            )
        if self.recipient_id == self.organization_id:
            raise ValidationError(_("Inside your organization no release is needed."), code="recipient")
        if {"TRANSFER", "TRAVEL"} & set(self.categories) and not self.recipient.helps:
            raise ValidationError(
                _("A hand-over file goes to a victim service organization and to nobody else."),
                code="categories",
            )
        self._find_recipient()

    def _find_recipient(self):
        """Hold the unit by its key and the named person by their account, where one has this name; two people
        cannot be meant (R18)."""
        units = Unit.objects.filter(organization_id=self.recipient_id, name=self.recipient_unit)
        self.recipient_unit_id = units.values_list("pk", flat=True).first() if self.recipient_unit else None
        try:
            named = self.recipient_name and not self.recipient_unit
            self.recipient_member = names.only(self.recipient_id, self.recipient_name) if named else None
        except names.Several:
            raise ValidationError(
                _(
                    "More than one member there has this name, and only one person may be told. Ask how "
                    "they are written in Causeway there, or choose the unit."
                ),
                code="recipient_name",
            ) from None
        if self.recipient_member is None and names.names_two(self.recipient_name or ""):
            raise ValidationError(names.ONE_ALONE, code="recipient_name")

    def edit(self, *, actor, **terms):
        """Change the terms before anybody signed; what was talked through is talked through again."""
        with self.moving("edit", actor, fields=sorted(terms)):
            for field, value in terms.items():
                setattr(self, field, value)
            self.check_terms()
            self.discussed_at, self.discussed_by, self.discussed, self.statements = None, None, [], []

    def discuss(self, *, actor, discussed=signing.DISCUSSED, statements=signing.STATEMENTS):
        """The terms were talked through with the person. Raises `Incomplete` if not all were (R17)."""
        with self.moving("discuss", actor):
            self.discussed, self.statements = list(discussed), list(statements)
            self.discussed_at, self.discussed_by = clock.now(), actor
            refuse_incomplete(self, set(signing.missing(self)) - {"signature", "witness", "copy"})

    def refuse(self, *, actor):
        """The person said no. Nothing else changes (R21)."""
        with self.moving("refuse", actor):
            self.ended_at, self.ended_by = clock.now(), actor

    def discard(self, *, actor):
        """Nobody was asked; the draft is put away."""
        with self.moving("discard", actor):
            self.ended_at, self.ended_by = clock.now(), actor

    def revoke(self, *, actor, reason="WITHDRAWN"):
        """Taken back, by word or in writing, through anyone on staff; all that hung on it ends with it (R20).

        `reason` is a code of release_end_reasons.
        """
        self._end("revoke", actor, reason)

    def supersede(self, *, actor):
        """Another release takes its place."""
        self._end("supersede", actor, "REPLACED")

    def _end(self, verb, actor, reason):
        with self.moving(verb, actor, reason=reason):
            self.ended_at, self.ended_by, self.end_reason = clock.now(), actor, reason
            release_ends.ended(self, actor)

    def shorten(self, until, *, actor):
        """End it earlier, at an aware moment: it is never prolonged (R19), and what hangs on it follows."""
        if until <= max(clock.now(), self.starts_at):
            return self.revoke(actor=actor, reason="AGED_OUT")
        with self.moving("shorten", actor, until=until.isoformat()):
            self.expires_at = min(self.expires_at, until)
            release_ends.shortened(self, actor)

    @property
    def named(self):
        """Whom inside the recipient it names (R18), as `telling.reads` asks for it."""
        name = "" if self.recipient_unit else self.recipient_name
        return telling.Named(self.recipient_unit_id, name, self.recipient_member)

    @property
    def is_open(self):
        """Whether it lets anything through at this moment, by the database's clock."""
        return not telling.why_shut(self, clock.now())

    @property
    def standing(self):
        """Its state as people see it: an active one whose time is over is "expired"; no task must say so."""
        return "expired" if self.state == "active" and clock.now() >= self.expires_at else self.state

    def disclose(self, *, actor, categories, what, method, to=None, subject=None):
        """Tell the recipient something: the ledger's row comes first, in the same transaction (R26).

        `categories` are codes, all of which the release must cover; `what` says in words what is told; `to`
        is the organization told (default: the release's), `subject` the record that carries it. Raises
        `NotReleased`, by the row as it stands now and by the database's clock. Returns the `Disclosure`.
        """
        from .disclosure import Disclosure

        with transaction.atomic():
            held = Release.objects.select_for_update(of=("self",)).get(pk=self.pk)
            held.must_cover(categories, to, actor)
            return Disclosure.write(held, actor, categories, what, method, subject)

    def lets_through(self, categories, to):
        """Whether every category may be told to `to` (an organization) now."""
        try:
            self.must_cover(categories, to)
        except NotReleased:
            return False
        return True

    def must_cover(self, categories, to=None, actor=None):
        """Raise `NotReleased` unless every category may be told to `to` (an organization) now (R44).

        `actor` is who tells, None where the recipient reads what was made ready.
        """
        walled = actor is not None and self.person.keeps_out(actor)
        if why := telling.why_not(self.wish(categories, to, walled=walled), self):
            raise NotReleased(why)


class ReleaseUserGrant(UserGrant):
    content_object = models.ForeignKey(Release, models.CASCADE, related_name="user_grants")


class ReleaseGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Release, models.CASCADE, related_name="group_grants")
