"""An organization, its units, and the settings that are its own."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.calendar import Calendar
from orgs.clocks import clock_interval
from orgs.roles import REFERRERS, ROLES_OF_KIND, Kind, role_group
from orgs.tenancy import TenantModel, new_id

from .counter import Counter
from .keys import PublishedKey


class OrganizationQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def helping(self):
        """The victim service organizations: the only ones that receive referrals and hold cases.

        One in which nobody has joined yet has no key, so that nothing could be sealed to it; nor could it to
        one whose key nobody has signed.
        """
        signed = PublishedKey.objects.filter(organization=models.OuterRef("pk"), signature__isnull=False)
        return self.active().filter(
            models.Exists(signed), kind=Kind.VICTIM_SERVICES, public_key__isnull=False
        )

    def covering(self, island):
        """The victim service organizations that serve an island, by its code."""
        return self.helping().filter(islands__contains=[island])


class Organization(models.Model):
    """An agency or a service. Its name, islands and published numbers are a directory that all may read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    islands = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    hotline = models.CharField(max_length=20, blank=True)
    office_phone = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    federal = models.BooleanField(default=False, db_default=False)  # an agency of the United States (R31)

    desk_open = models.TimeField(default="08:00")
    desk_close = models.TimeField(default="17:00")
    quiet_start = models.TimeField(default="20:00")
    quiet_end = models.TimeField(default="07:00")
    clocks = models.JSONField(default=dict, blank=True)  # intervals that differ from the usual ones
    clocks_version = models.PositiveIntegerField(default=1, db_default=1)  # of intervals and hours together
    retention = models.JSONField(default=dict, blank=True)  # periods that differ from the usual ones (R35)
    load_limit = models.PositiveSmallIntegerField(default=20)
    high_risk_weight = models.PositiveSmallIntegerField(default=1, db_default=1)  # cases that one counts as
    safe_attempts = models.PositiveSmallIntegerField(default=3)
    idle_minutes = models.PositiveSmallIntegerField(default=15)
    # What its members may choose of what can wait. A crisis and the last rung of a clock are mailed always.
    may_gather = models.BooleanField(default=True, db_default=True)  # one mail a day
    may_mute = models.BooleanField(default=False, db_default=False)  # no mail, in the page alone
    may_feed = models.BooleanField(default=True, db_default=True)  # a calendar with how many are due when
    may_push = models.BooleanField(
        default=False, db_default=False
    )  # devices are told of what is mailed at once

    public_key = models.BinaryField(null=True)
    key_version = models.PositiveIntegerField(default=1)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(idle_minutes__gte=1, idle_minutes__lte=30),
                name="idle_lock_within_30_minutes",
            ),
            models.CheckConstraint(
                condition=models.Q(high_risk_weight__gte=1, high_risk_weight__lte=5),
                name="urgent_case_counts_as_few",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **options):
        """Save all but the key, which goes on through `publish_key` alone (C19)."""
        if not self._state.adding and options.get("update_fields") is None:
            names = (field.name for field in self._meta.concrete_fields if not field.primary_key)
            options["update_fields"] = [name for name in names if name not in ("public_key", "key_version")]
        super().save(*args, **options)

    @property
    def helps(self):
        return self.kind == Kind.VICTIM_SERVICES

    @property
    def refers(self):
        """Whether members of this house can have a referrer's view."""
        return not REFERRERS.isdisjoint(ROLES_OF_KIND[self.kind])

    def calendar(self):
        """When this organization works and when it is left in peace, for `orgs.calendar`."""
        return Calendar(self.desk_open, self.desk_close, self.quiet_start, self.quiet_end)

    def set_clocks_anew(self):
        """Intervals or hours have changed: what runs already follows (`orgs.reclocking`)."""
        self.clocks_version = models.F("clocks_version") + 1
        self.save(update_fields=["clocks_version"])
        self.refresh_from_db(fields=["clocks_version"])

    def interval(self, clock, priority):
        """How long a clock of this organization runs before its first rung."""
        return clock_interval(clock, priority, self.clocks)

    def group(self, role):
        return role_group(self.pk, role)

    def take_number(self, counter):
        """The next number of `counter` ("case" or "intake"), never given twice."""
        return Counter.take(self.pk, counter)


class Unit(TenantModel):
    """A part of an organization: a district, a shelter desk, a victim services unit."""

    name = models.CharField(max_length=80)
    island = models.CharField(max_length=3, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="unit_once_an_organization")
        ]
        verbose_name = _("unit")

    def __str__(self):
        return self.name
