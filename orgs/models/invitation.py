"""An invitation to become a member; its key is in one mail and only its hash is here."""

import hashlib

from django.db import models

from orgs.clock import Now
from orgs.roles import Role
from orgs.tenancy import TenantModel


class InvitationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=Now())


class Invitation(TenantModel):
    email = models.EmailField()
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    invited_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    token_hash = models.BinaryField(unique=True, max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    @staticmethod
    def hash_of(token):
        """What is stored of a key: its SHA-256, so that a stolen table opens no door."""
        return hashlib.sha256(token.encode()).digest()
