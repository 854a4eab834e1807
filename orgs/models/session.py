"""Where a member is signed in: found below the wall, since a session itself names nobody (C21)."""

from django.db import models

from orgs.tenancy import TenantModel


class SessionStart(TenantModel):
    """One sign-in. The session is known by the hash of its key, which opens nothing."""

    user = models.ForeignKey("orgs.User", models.CASCADE, related_name="session_starts")
    key_hash = models.CharField(max_length=64)
    browser = models.CharField(max_length=60)  # in coarse words
    address = models.CharField(max_length=45, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-seen_at"]
        indexes = [
            models.Index(
                fields=["organization", "user"],
                condition=models.Q(ended_at=None),
                name="sessions_of_a_member",
            )
        ]
