"""Who can open what an organization has sealed: members with keys of their own, and the kit (R11)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.tenancy import TenantModel


class MemberKey(TenantModel):
    """A member's key pair. The private half is locked by their passphrase and by nothing else (C18).

    `salt` and `rounds` (PBKDF2-HMAC-SHA-256) make the key that opens `locked` from the passphrase; neither
    has anything to do with the hash that checks the passphrase at sign-in.
    """

    user = models.OneToOneField("orgs.User", models.CASCADE, related_name="key")
    salt = models.BinaryField(max_length=16)
    rounds = models.PositiveIntegerField()
    locked = models.BinaryField()
    public_key = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("member key")


class RecoveryKit(TenantModel):
    """A key pair that no account holds: any two of three printed parts open its private half.

    `locked` are three copies of the private half, one for each pair of parts (see `orgs.keyring.kit`).
    """

    public_key = models.BinaryField()
    locked = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="one_kit_an_organization")]
        verbose_name = _("recovery kit")


class KeyGrant(TenantModel):
    """One version of the organization's secrets, sealed to one member's key or to the recovery kit."""

    key = models.ForeignKey(MemberKey, models.CASCADE, null=True, related_name="grants")
    kit = models.ForeignKey(RecoveryKit, models.CASCADE, null=True, related_name="grants")
    version = models.PositiveIntegerField()
    sealed = models.BinaryField()
    mac = models.BinaryField(max_length=33)  # that whoever gave it had the secrets: `orgs.keyring.vouching`

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(key=None, kit__isnull=False) | models.Q(key__isnull=False, kit=None),
                name="grant_to_a_member_or_to_the_kit",
            ),
            models.UniqueConstraint(fields=["key", "version"], name="one_grant_a_member_and_version"),
            models.UniqueConstraint(fields=["kit", "version"], name="one_grant_a_kit_and_version"),
        ]
        verbose_name = _("key grant")


class PublishedKey(TenantModel):
    """That a public key is an organization's: signed by the installation, or by the key before it.

    `key_id` names the installation's key, `previous` the version whose key signed. Without a signature it is
    the key that lay there when keys began to be signed: see `orgs.keyring.published`.
    """

    version = models.PositiveIntegerField()
    public_key = models.BinaryField()
    previous = models.PositiveIntegerField(null=True)
    key_id = models.CharField(max_length=16, blank=True)
    signature = models.BinaryField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(key_id="") | models.Q(previous=None),
                name="key_signed_by_one",
            ),
            models.UniqueConstraint(
                fields=["organization", "version"],
                condition=models.Q(previous__isnull=False),
                name="one_successor_a_version",
            ),
        ]
        verbose_name = _("published key")


class Resealing(TenantModel):
    """The way from an older version of the secrets to `version`: what is done, and where to go on.

    It is unfinished until everything that the organization has sealed is sealed under `version` and the
    older grants are gone. One at a time.
    """

    version = models.PositiveIntegerField()
    why = models.CharField(max_length=16)  # "left", "asked", "recovered"
    started_at = models.DateTimeField()
    started_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    table = models.CharField(max_length=63, blank=True)  # where it stands: up to this row of this table
    last = models.UUIDField(null=True)
    done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(finished_at=None),
                name="one_resealing_at_a_time",
            )
        ]
        verbose_name = _("resealing")
