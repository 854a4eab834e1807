"""How mail reaches one member: what they chose, and whether it comes back; and secret links of theirs."""

import hashlib
import hmac
import secrets
from uuid import UUID

from django.db import models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from orgs import audit, clock
from orgs.languages import NAMES
from orgs.tenancy import TenantModel

from .user import User


class How(models.TextChoices):
    """How a member wants to hear of what may wait: nobody can choose this for what may not."""

    AT_ONCE = "at_once", _("By mail, each as it comes")
    DAILY = "daily", _("By one mail a day, when the desk opens")
    PAGE = "page", _("In Causeway alone, without a mail")


class Mailbox(TenantModel):
    """One member's. Without a row everything is mailed at once, and nothing is known to have come back.

    `how` is what they want; `holds` is what their organization's limits make of it.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="mailbox")
    language = models.CharField(max_length=2, choices=NAMES, default="en", db_default="en")  # of the mails
    how = models.CharField(max_length=8, choices=How.choices, default=How.AT_ONCE)
    came_back_at = models.DateTimeField(null=True)
    came_back_why = models.CharField(max_length=12, blank=True)  # the mail server's code, and no word of its
    refused = models.BooleanField(default=False)  # at the door, so that the next mail that is taken heals it
    links_ended = models.PositiveIntegerField(default=0)  # how often the link to stop mail was changed

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(came_back_at__isnull=False) | models.Q(came_back_why="", refused=False),
                name="mail_came_back_at_a_moment",
            )
        ]

    @classmethod
    def of(cls, member):
        """The member's own, made where there is none yet."""
        found, _made = cls.objects.get_or_create(user=member, organization_id=member.organization_id)
        return found

    @classmethod
    def troubled(cls):
        """A condition on members: mail to them comes back."""
        return models.Exists(cls.objects.filter(user=models.OuterRef("pk"), came_back_at__isnull=False))

    @property
    def holds(self):
        """How they hear now, within the limits that their organization sets."""
        return within(self.how, self.user.organization)

    def choose(self, how, language="", *, actor):
        """Another way, from the next reminder on, and another language, from the next mail on ("": the same).

        `actor` is None where the link in a mail was used.
        """
        with transaction.atomic():
            self.refresh_from_db(from_queryset=type(self).objects.select_for_update(of=("self",)))
            language = language or self.language
            if (self.how, self.language) == (how, language):
                return
            spoken = {} if language == self.language else {"language": language}
            self.how, self.language = how, language
            self.save(update_fields=["how", "language"])
            audit.write(actor, "choose_mail", self.user, how=str(how), **spoken)

    def came_back(self, why, *, refused):
        """A mail to this member was not taken, or came back. Administrators hear of the first."""
        from orgs import outbox

        first = self.came_back_at is None
        self.came_back_at, self.came_back_why = self.came_back_at or clock.now(), why
        self.refused = refused and (first or self.refused)
        self.save(update_fields=["came_back_at", "came_back_why", "refused"])
        if first:
            audit.write(None, "mail_came_back", self.user, code=why)
            outbox.tell_administrators(self.organization_id)

    def heal(self, *, actor):
        """Mail arrives again: the member says so, or (`actor` None) a server took one that had refused."""
        if self.came_back_at is not None:
            self.came_back_at, self.came_back_why, self.refused = None, "", False
            self.save(update_fields=["came_back_at", "came_back_why", "refused"])
            audit.write(actor, "mail_arrives", self.user)


def within(how, organization):
    """What an organization's limits make of a member's wish: the quietest that is allowed, no quieter."""
    if how == How.PAGE and not organization.may_mute:
        how = How.DAILY
    if how == How.DAILY and not organization.may_gather:
        how = How.AT_ONCE
    return How(how)


class MemberLink(TenantModel):
    """A secret address that needs no sign-in, opens no record, and names its member by a hash alone.

    Ended, it is deleted: it answers from then on as one that never was.
    """

    class What(models.TextChoices):
        STOP = "stop"  # in each mail: stops the mail that may be stopped, and no more
        CALENDAR = "calendar"  # how many follow-ups are due when, and no more

    user = models.ForeignKey(User, models.CASCADE, related_name="links")
    what = models.CharField(max_length=8, choices=What.choices)
    key_hash = models.BinaryField(unique=True, max_length=32)
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)  # for the calendar: about when it was last read

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "what"], name="one_link_of_a_kind")]

    @staticmethod
    def hash_of(key):
        """What is stored of a key: its SHA-256, so that a stolen table opens nothing."""
        return hashlib.sha256(key.encode()).digest()

    @classmethod
    def key_to_stop(cls, member):
        """The key in each mail to a member. Nobody makes it without the installation's secret."""
        with transaction.atomic():
            box = Mailbox.objects.filter(user=member).first()
            ended = box.links_ended if box else 0
            key = salted_hmac("causeway.stop_mail", f"{member.pk}/{ended}", algorithm="sha256").hexdigest()
            hashed = cls.hash_of(key)
            link, made = cls.objects.get_or_create(
                user=member,
                what=cls.What.STOP,
                defaults={
                    "id": UUID(bytes=hashed[:16]),  # not drawn: when a first mail leaves moves no other id
                    "organization_id": member.organization_id,
                    "key_hash": hashed,
                    "made_at": clock.now(),
                },
            )
            if not made and not hmac.compare_digest(bytes(link.key_hash), hashed):  # another secret by now
                cls.objects.filter(pk=link.pk).update(key_hash=hashed, made_at=clock.now())
        return key

    @classmethod
    def change_stop(cls, member, *, actor):
        """The link in the mails that were sent stops nothing from here on; the next mail has another."""
        with transaction.atomic():
            box = Mailbox.of(member)
            Mailbox.objects.filter(pk=box.pk).update(links_ended=models.F("links_ended") + 1)
            cls.objects.filter(user=member, what=cls.What.STOP).delete()
            audit.write(actor, "change_stop_link", member)

    @classmethod
    def make_calendar(cls, member, *, actor):
        """A new secret for the member's calendar, to be shown once; an earlier one opens nothing any more."""
        key = secrets.token_urlsafe(32)
        with transaction.atomic():
            cls.objects.filter(user=member, what=cls.What.CALENDAR).delete()
            cls.objects.create(
                organization_id=member.organization_id,
                user=member,
                what=cls.What.CALENDAR,
                key_hash=cls.hash_of(key),
                made_at=clock.now(),
            )
            audit.write(actor, "make_calendar", member)
        return key

    @classmethod
    def revoke_calendar(cls, member, *, actor):
        """The calendar's secret opens nothing from here on; returns whether there was one."""
        with transaction.atomic():
            ended, _rows = cls.objects.filter(user=member, what=cls.What.CALENDAR).delete()
            if ended:
                audit.write(actor, "revoke_calendar", member)
        return bool(ended)
