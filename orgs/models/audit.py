"""The chain: one line for every act, each carrying the hash of the one before it (C11-C15)."""

from django.db import models

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
    hash = models.BinaryField()

    def __str__(self):
        return f"line {self.sequence}"
