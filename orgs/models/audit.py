"""The chain: one line for every act, each carrying the hash of the one before it (C11-C15)."""

from django.db import models

from orgs.sealing import LetterField
from orgs.tenancy import TenantModel


class AuditLine(TenantModel):
    """Written by `orgs.audit`; sequence, time and hashes are made by the database, not by us."""

    sequence = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)
    actor_id = models.UUIDField(null=True)  # no foreign key: a line outlives the account
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=20, blank=True)
    verb = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    subject_label = models.CharField(max_length=40, blank=True)  # a reference or number, never a name
    outcome = models.CharField(max_length=12, default="done")
    permission = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=45, blank=True)
    request = models.CharField(max_length=16, blank=True)
    details = models.JSONField(default=dict)
    previous = models.BinaryField(null=True)
    hash = models.BinaryField(null=True)

    class Meta:
        ordering = ["organization", "-sequence"]
        constraints = [models.UniqueConstraint(fields=["organization", "sequence"], name="one_line_a_number")]
        indexes = [
            models.Index(fields=["organization", "subject_id", "-sequence"], name="audit_by_subject"),
            models.Index(fields=["organization", "actor_id", "-sequence"], name="audit_by_actor"),
            models.Index(fields=["organization", "verb", "-sequence"], name="audit_by_verb"),
            models.Index(
                fields=["organization", "subject_label", "-sequence"],
                condition=~models.Q(subject_label=""),
                name="audit_by_label",
            ),
            models.Index(fields=["organization", "at"], name="audit_by_time"),
        ]


class AuditHead(models.Model):
    """The last link of an organization's chain; the application cannot touch it, its trigger can."""

    organization = models.OneToOneField(
        "orgs.Organization", models.PROTECT, primary_key=True, related_name="+"
    )
    sequence = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)
    hash = models.BinaryField()

    def __str__(self):
        return f"line {self.sequence}"


class SignedHead(TenantModel):
    """The last link of a chain on one day, signed with a key that lies outside the database (C14).

    `code` is the digest of the signed statement, and what administrators are sent: whoever rebuilds a chain,
    even with the key, cannot take back the mails.
    """

    day = models.DateField()
    sequence = models.BigIntegerField()
    hash = models.BinaryField()
    previous = models.CharField(max_length=40, blank=True)  # the code of the head before
    code = models.CharField(max_length=40)
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["organization", "day"], name="one_head_a_day")]


class AuditExport(TenantModel):
    """That an administrator has taken the lines up to one number away in a file; only such lines may go."""

    exported_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    hash = models.BinaryField()  # of the last line
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    at = models.DateTimeField()
    withheld = LetterField(blank=True)  # {number: text} of the lines that the file does not show (R42)

    class Meta:
        ordering = ["-last"]


class AuditCut(TenantModel):
    """Where the chain begins now: the last line that was purged. Written by `audit_purge` alone (C15)."""

    sequence = models.BigIntegerField()
    hash = models.BinaryField()
    lines = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "sequence"], name="one_cut_at_a_number")
        ]
