"""A member: one account, one person, one membership (R9, C2)."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from orgs import passphrases
from orgs.calendar import ISLANDS
from orgs.clock import Now
from orgs.roles import REFERRERS, VICTIM_SERVICES, Role, groups_of
from orgs.tenancy import TenantModel

from .closing import Closing
from .leaving import Leaving
from .membership import ALONE_AFTER, Membership
from .reopening import DORMANT_AFTER, REACTIVATION_REASONS, Reopening


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def with_groups(self):
        """Members with their `group_ids`, so that a page needs no question of its own for them."""
        groups = self.model.groups.through.objects.filter(user=models.OuterRef("pk")).order_by("group")
        return self.annotate(group_ids=ArraySubquery(groups.values("group_id")))

    def in_role(self, *roles):
        return self.active().filter(role__in=roles)

    def able_to_come_in(self):
        """Open accounts that can be used today: not dormant, and with the secrets that hold (C9, C19)."""
        from .keys import KeyGrant

        since = Now() - DORMANT_AFTER
        lately = Q(last_login__gte=since) | Q(joined_at__gte=since) | Q(readmitted_at__gte=since)
        secrets = KeyGrant.objects.filter(
            key__user=models.OuterRef("pk"), version=models.OuterRef("organization__key_version")
        )
        return self.active().filter(lately, models.Exists(secrets))

    def with_a_say(self):
        """Who keeps an administrator from deciding alone: each other one, and who was until lately (C10)."""
        rules = Q(role=Role.ADMINISTRATOR, is_active=True)
        return self.filter(rules | Q(ruled_until__gt=Now() - ALONE_AFTER))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email, password=None, **fields):
        """A new member with a lower-case address; the role's groups follow."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        user.settle_groups()
        return user

    def get_by_natural_key(self, email):
        return self.get(email=email.strip().lower())


class User(Closing, Reopening, Leaving, Membership, AbstractBaseUser, TenantModel):
    """One person in one organization, in one role. There are no superusers."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=20, blank=True)
    badge = models.CharField(max_length=20, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, blank=True, related_name="members")
    # Another role or unit that one administrator asked for and another has not approved yet (C10).
    role_asked = models.CharField(max_length=20, choices=Role.choices, blank=True, db_default="")
    unit_asked = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+")
    # Why a closed account should open again, where one administrator asked and another has not agreed yet.
    reopening_asked = models.CharField(max_length=20, choices=REACTIVATION_REASONS, blank=True, db_default="")
    asked_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    first_failed_at = models.DateTimeField(null=True)
    locked_until = models.DateTimeField(null=True)
    readmitted_at = models.DateTimeField(null=True)
    ruled_until = models.DateTimeField(
        null=True
    )  # when this one stopped being an administrator; by a trigger
    # The end of the last day here, set ahead; and since when somebody who is gone still holds something (C9).
    leaves_at = models.DateTimeField(null=True)
    leaves_set_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    kept_since = models.DateTimeField(null=True)  # the last administrator, past that day
    left_at = models.DateTimeField(null=True)
    rules_version = models.CharField(max_length=10, blank=True)  # of the rules of behavior (C26)
    rules_accepted_at = models.DateTimeField(null=True)
    session_epoch = models.PositiveIntegerField(default=0)  # raised to end all sessions of this member
    groups = models.ManyToManyField(Group, related_name="members")

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    is_superuser = False
    is_staff = False

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["organization", "role"], name="user_by_role")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(leaves_at=None, leaves_set_by=None)
                | (
                    models.Q(leaves_at__isnull=False, leaves_set_by__isnull=False)
                    & ~models.Q(leaves_set_by=models.F("id"))
                ),
                name="last_day_set_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at=None) | models.Q(is_active=False), name="who_left_is_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(kept_since=None)
                | models.Q(leaves_at__isnull=False, role=Role.ADMINISTRATOR, is_active=True),
                name="only_an_administrator_is_kept",
            ),
            models.CheckConstraint(
                condition=models.Q(reopening_asked="")
                | (
                    models.Q(is_active=False, role_asked="", asked_by__isnull=False)
                    & ~models.Q(asked_by=models.F("id"))
                ),
                name="reopening_asked_for_a_closed_account",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def refers(self):
        """Whether this member has a referrer's view and no other."""
        return self.role in REFERRERS

    @property
    def is_counted_for(self):
        """Whether figures stand beside this member's entries."""
        return self.role in VICTIM_SERVICES

    @cached_property
    def group_ids(self):
        """The ids of this member's groups, asked once for as long as the object lives."""
        return tuple(self.groups.order_by("pk").values_list("pk", flat=True))

    def set_password(self, raw_password):
        super().set_password(None if raw_password is None else passphrases.normal(raw_password))

    def check_password(self, raw_password):
        return super().check_password(passphrases.normal(raw_password))

    def settle_groups(self):
        """Bring the role's groups up to date with role, unit and whether the account is open."""
        self.groups.set(groups_of(self) if self.is_active else ())
        self.__dict__.pop("group_ids", None)

    def has_perm(self, permission, record=None):
        """Ask the backends, that is guardian's object permissions; without a record there are none."""
        from django.contrib.auth import get_backends

        return any(b.has_perm(self, permission, record) for b in get_backends() if hasattr(b, "has_perm"))

    def has_module_perms(self, app_label):
        return False


class DutyShift(TenantModel):
    """Who is on at the desk, by week: a weekday (0 is Monday) and local hours.

    A shift that ends earlier than it starts goes past midnight.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="shift_on_a_weekday"),
            models.UniqueConstraint(fields=["user", "weekday", "starts"], name="shift_once"),
        ]
        verbose_name = _("shift")

    def covers(self, moment):
        """Whether this shift covers an aware moment, in islands' time."""
        here = moment.astimezone(ISLANDS)
        if self.starts < self.ends:
            return here.weekday() == self.weekday and self.starts <= here.time() < self.ends
        late = here.weekday() == self.weekday and here.time() >= self.starts
        early = here.weekday() == (self.weekday + 1) % 7 and here.time() < self.ends
        return late or early
