"""A person, as one organization knows them; who they are is sealed, and nobody else's index has them (R8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.sealing import SealedDateField, SealedJSONField, SealedTextField
from orgs.tenancy import TenantModel


class Person(TenantModel):
    """Somebody who is helped. An alias alone, or no name at all, is always enough (R36)."""

    name = SealedTextField(_("name"), max_length=120, blank=True)
    alias = SealedTextField(_("name to use"), max_length=120, blank=True)
    phone = SealedTextField(_("phone"), max_length=40, blank=True)
    address = SealedTextField(_("where they are"), max_length=200, blank=True)
    born = SealedDateField(_("birth date"), blank=True)
    relations = SealedJSONField(default=dict, blank=True)  # who must never learn of this, for conflict checks
    age_group = models.CharField(max_length=16, blank=True)
    gender = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=3, blank=True)
    interpreter = models.BooleanField(default=False)
    island = models.CharField(max_length=3, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="person_newest")]


class PersonToken(TenantModel):
    """One keyed token of a person's names or phone: equal inside the organization, nothing without its key.

    A row a token, not an array: the array operators are not leakproof, so below row-level security an index
    on them would not be used.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    token = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "token"], name="token_once_a_person")]
        indexes = [models.Index(fields=["organization", "token", "person"], name="person_by_token")]


class Wall(TenantModel):
    """What keeps one member from one person's records, whatever their role (R42)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="walls")
    user = models.ForeignKey("orgs.User", models.CASCADE, related_name="+")
    reason = models.CharField(max_length=24)
    note = SealedTextField(max_length=300, blank=True)
    set_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "user"], name="one_wall_a_person_and_member")
        ]
