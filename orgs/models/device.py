"""Devices that a member lets Causeway tell by push, beside mail."""

from django.db import models, transaction
from django.utils.crypto import salted_hmac

from orgs import audit, clock
from orgs.roles import Role
from orgs.sealing import installation
from orgs.tenancy import TenantModel, new_id

from .user import User

USE = b"installation|device"
MOST = 5  # devices of one member
HEARING = frozenset(Role.values) - {Role.OVERSIGHT, Role.OPERATOR}  # no clock and no message reaches the rest


class DeviceQuerySet(models.QuerySet):
    def owed(self):
        """Those to which a push could go now: not tried too often, of somebody who may still be told."""
        from orgs.push import TRIES

        now = clock.Now()
        here = self.filter(user__is_active=True, organization__may_push=True, user__role__in=HEARING)
        here = here.exclude(user__leaves_at__lte=now, user__kept_since=None)
        return here.filter(next_at__lte=now, attempts__lt=TRIES)


class Device(TenantModel):
    """One browser of one member. Its address is a capability and names a device: it is sealed.

    `next_at` stands while it is to be told of a mail that has left; a push says nothing, so that one is
    enough for however many mails. Whoever takes rows away here does it before the first line of the audit.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    browser = models.CharField(max_length=60)
    address = models.BinaryField(max_length=2_000)
    mark = models.BinaryField(max_length=32)  # of the address, so that one that comes again is known
    added_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)  # since it was told last

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "mark"], name="device_once_a_member")]
        indexes = [
            models.Index(
                fields=["organization", "next_at"],
                condition=models.Q(next_at__isnull=False),
                name="device_owed",
            )
        ]

    @classmethod
    def add(cls, member, address, browser):
        """The member's own device from here on; one that is there already stays as it is.

        Returns whether there was room for it. `address` is one that `orgs.push` knows.
        """
        key, mark = new_id(), salted_hmac("causeway.device", address, algorithm="sha256").digest()
        with transaction.atomic():
            User.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
            mine = cls.objects.filter(user=member)
            if mine.filter(mark=mark).exists():
                return True
            if mine.count() >= MOST:
                return False
            cls.objects.create(
                id=key,
                organization_id=member.organization_id,
                user=member,
                browser=browser,
                address=installation.seal(address.encode(), USE, key.bytes),
                mark=mark,
                added_at=clock.now(),
            )
            audit.write(member, "add_device", member)
        return True

    @property
    def opened(self):
        """Its address. Raises `Tampered` where the secret that sealed it is no longer known."""
        return installation.unseal(bytes(self.address), USE, self.pk.bytes).decode()

    def remove(self, *, actor):
        """It is told nothing more; `actor` None where its push service says that it is gone."""
        with transaction.atomic():
            if type(self).objects.filter(pk=self.pk).delete()[0]:
                audit.write(actor, "remove_device", self.user, count=1)
