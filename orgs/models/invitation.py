"""An invitation to become a member; its key is in one mail and only its hash is here."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import connection, models, transaction
from django.urls import reverse

from orgs import audit, clock
from orgs.clock import Now
from orgs.roles import Role
from orgs.tenancy import TenantModel

from .reminder import OutboxMessage
from .user import User

LASTS = timedelta(hours=72)


class NotByTheSame(Exception):
    """Whoever invites does not approve (C9, C10)."""


class NameTaken(Exception):
    """Somebody else of the organization has this name, or is invited under it (C2)."""


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Those whose key opens the door now: approved, and neither used, revoked nor too old."""
        return self.standing().filter(approved_at__isnull=False, expires_at__gt=Now())

    def standing(self):
        """Those that an administrator can still do something about, the expired among them."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(TenantModel):
    """Made by one administrator, approved by another where there is another (C9), accepted by one person.

    One that waits needed another when it was made, and needs another until it is withdrawn. `invited_by` is
    empty for the first administrator of an organization, whom its founding invites. With `readmits` it is the
    way back of a member who lost their passphrase.
    """

    email = models.EmailField()
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    invited_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    token_hash = models.BinaryField(unique=True, max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    readmits = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    @staticmethod
    def hash_of(token):
        """What is stored of a key: its SHA-256, so that a stolen table opens no door."""
        return hashlib.sha256(token.encode()).digest()

    @classmethod
    def make(cls, *, organization, email, name, role, unit=None, actor=None):
        """A new invitation. It is mailed at once when nobody else could approve it, else after `approve`.

        `actor` is the administrator who invites, or None for the founding of an organization. An address
        that has an account already is treated in the same way, and gets a mail that is no invitation. Raises
        `NameTaken`: who approves a name approves one person.
        """
        from orgs import names

        moment = clock.now()
        with transaction.atomic():
            if names.taken(organization.pk, name, besides=email.strip().lower()):
                raise NameTaken
            invitation = cls.objects.create(
                organization=organization,
                email=email.strip().lower(),
                name=name,
                role=role,
                unit=unit,
                invited_by=actor,
                token_hash=cls.hash_of(secrets.token_urlsafe(32)),
                created_at=moment,
                expires_at=moment + LASTS,
            )
            audit.write(actor, "invite", invitation, role=str(role))
            if not invitation.needs_another():
                invitation._approve(actor)
                invitation._send()
        return invitation

    @classmethod
    def make_back(cls, member, *, actor):
        """The way back for a member; an earlier one that stands opens nothing from here on."""
        moment = clock.now()
        for earlier in cls.objects.standing().filter(readmits=member):
            earlier.revoke(actor=actor)
        invitation = cls.objects.create(
            organization_id=member.organization_id,
            email=member.email,
            name=member.name,
            role=member.role,
            unit=member.unit,
            invited_by=actor,
            readmits=member,
            token_hash=cls.hash_of(secrets.token_urlsafe(32)),
            created_at=moment,
            expires_at=moment + LASTS,
        )
        invitation._approve(actor)
        invitation._send()
        return invitation

    @staticmethod
    def came_back():
        """A condition on invitations: a mail to their address has not arrived, whatever was in it (R6)."""
        mails = OutboxMessage.objects.filter(address=models.OuterRef("email"), came_back_at__isnull=False)
        return models.Exists(mails.filter(created_at__gte=models.OuterRef("created_at")))

    def needs_another(self):
        """Whether an administrator other than the one who invites has to approve (C9).

        Asked once, by `make`: what waits from then on needs another, whoever is still here.
        """
        others = User.objects.with_a_say().filter(organization_id=self.organization_id)
        return self.invited_by_id is not None and others.exclude(pk=self.invited_by_id).exists()

    def approve(self, *, actor):
        """A second administrator agrees; the key goes out. Raises `NotByTheSame` for the one who invited."""
        with transaction.atomic():
            self._lock()
            if self.approved_at:
                return
            if actor.pk == self.invited_by_id:
                raise NotByTheSame
            self._approve(actor)
            self._send()
            audit.write(actor, "approve_invitation", self, role=str(self.role))

    def resend(self, *, actor):
        """A new key and 72 hours more; the old one opens nothing from here on. Only for what was approved."""
        with transaction.atomic():
            self._lock()
            if not self.approved_at:
                raise NotByTheSame
            self._send()
            audit.write(actor, "resend_invitation", self)

    def revoke(self, *, actor):
        """The key opens nothing from here on."""
        with transaction.atomic():
            self._lock()
            self.revoked_at = clock.now()
            self.save(update_fields=["revoked_at"])
            self._drop_unsent()
            audit.write(actor, "revoke_invitation", self)

    def accept(self, *, passphrase):
        """Make the invited person a member, under the name that was approved; returns them (C2, C9).

        Raises `DoesNotExist` for a key used meanwhile, `NameTaken` for a name that somebody got meanwhile.
        """
        from orgs import names

        with transaction.atomic():
            if self.readmits_id:  # as whoever closes an account: the member's row before the invitation's
                members = User.objects.select_for_update(of=("self",), no_key=True)
                member = members.get(pk=self.readmits_id)
            self._lock()
            if self.readmits_id:
                member.set_password(passphrase)
                member.save(update_fields=["password"])
            elif names.taken(self.organization_id, self.name, besides=self.email):
                raise NameTaken
            else:
                member = User.objects.create_user(
                    self.email,
                    passphrase,
                    organization=self.organization,
                    name=self.name,
                    role=self.role,
                    unit=self.unit,
                    approved_by=self.approved_by,
                )
            self.accepted_at, self.accepted_by = clock.now(), member
            self.save(update_fields=["accepted_at", "accepted_by"])
            audit.write(member, "accept_invitation", self, role=str(self.role))
        return member

    def _approve(self, actor):
        self.approved_by, self.approved_at = actor, clock.now()
        self.save(update_fields=["approved_by", "approved_at"])

    def _send(self):
        """Put a mail with a new key into the outbox; the key is nowhere else."""
        key = secrets.token_urlsafe(32)
        self.token_hash, self.expires_at = self.hash_of(key), clock.now() + LASTS
        self.save(update_fields=["token_hash", "expires_at"])
        self._drop_unsent()
        known = not self.readmits_id and has_account(self.email)
        OutboxMessage.objects.create(
            organization_id=self.organization_id,
            kind="reminder" if known else "invitation",
            address=self.email,
            link="" if known else settings.CAUSEWAY_SITE_URL + reverse("accept_invitation", args=[key]),
            created_at=clock.now(),
            available_at=clock.now(),
        )

    def _drop_unsent(self):
        """An older key that is still on its way must not arrive."""
        State = OutboxMessage.State
        OutboxMessage.objects.filter(
            kind="invitation", address=self.email, state__in=(State.WAITING, State.SET_ASIDE)
        ).update(state=State.DROPPED, link="")

    def _lock(self):
        """Take the row for this transaction. Raises `DoesNotExist` when it was accepted or revoked before."""
        self.refresh_from_db(from_queryset=type(self).objects.standing().select_for_update(of=("self",)))


def has_account(email):
    """Whether this address signs in anywhere. For the mail alone: no page may depend on it (R6)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_signing_in(%s) IS NOT NULL", [email.strip()])
        return cursor.fetchone()[0]
