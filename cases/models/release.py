"""The person's written permission, and the ledger of what was told under it (R17-R27)."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases import access, reminders
from cases.walls import walled
from orgs.access import GroupGrant, UserGrant
from orgs.record import Record, permissions_of
from orgs.sealing import SealedJSONField, SealedTextField
from orgs.tenancy import TenantModel

LONGEST = timedelta(days=90)
USUAL = timedelta(days=30)
MOVES = {
    "discuss": ({"draft"}, "discussed"),
    "sign": ({"discussed"}, "active"),
    "refuse": ({"draft", "discussed"}, "refused"),
    "revoke": ({"active"}, "revoked"),
    "supersede": ({"active"}, "superseded"),
    "discard": ({"draft", "discussed"}, "discarded"),
}


class Release(Record):
    """One recipient, named categories, a purpose, an end. The only key that opens anything to another house."""

    MOVES = MOVES
    grants, clocks = access.release_grants, reminders.release_clocks

    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="releases")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="releases")
    recipient = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    recipient_unit = models.CharField(max_length=80, blank=True)
    recipient_name = SealedTextField(_("named person"), max_length=120, blank=True)
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
    signature_method = models.CharField(max_length=20, blank=True)
    signature = SealedJSONField(default=dict, blank=True)
    signed_at = models.DateTimeField(null=True)
    witness = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    copy_offered = models.CharField(max_length=16, blank=True)  # given, declined, unsafe
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=12, blank=True)

    class Meta:
        default_permissions = ("view",)
        permissions = permissions_of("release", MOVES, "edit")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("starts_at"), expires_at__lte=F("starts_at") + LONGEST),
                name="release_ends_within_90_days",
            ),
            models.CheckConstraint(
                condition=~Q(state="active")
                | (
                    Q(
                        signed_at__isnull=False,
                        witness__isnull=False,
                        discussed_at__isnull=False,
                        purpose__isnull=False,
                        signer_name__isnull=False,
                    )
                    & ~Q(categories=[])
                    & ~Q(signer_type="")
                    & ~Q(signature_method="")
                    & ~Q(method="")
                    & ~Q(copy_offered="")
                ),
                name="active_release_has_every_element",
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


class ReleaseUserGrant(UserGrant):
    content_object = models.ForeignKey(Release, models.CASCADE, related_name="user_grants")


class ReleaseGroupGrant(GroupGrant):
    content_object = models.ForeignKey(Release, models.CASCADE, related_name="group_grants")


class Disclosure(TenantModel):
    """One line of the ledger, written in the transaction that discloses (R26). Never changed, never deleted."""

    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="disclosures")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="disclosures")
    release = models.ForeignKey(Release, models.PROTECT, null=True, related_name="disclosures")
    basis = models.CharField(max_length=24, default="release")  # release, or the law that demanded it
    recipient = models.ForeignKey("orgs.Organization", models.PROTECT, null=True, related_name="+")
    recipient_name = SealedTextField(max_length=120, blank=True)
    categories = ArrayField(models.CharField(max_length=16), default=list)
    what = SealedTextField(_("what was told"), max_length=2000)
    method = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(basis="release") | Q(release__isnull=False), name="disclosure_names_its_release"
            )
        ]
        indexes = [models.Index(fields=["person", "-at"], name="disclosures_newest")]
