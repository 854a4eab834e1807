"""A poster with a code: where it hangs, what it opens, and until when it is counted who came by it."""

import secrets

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgs import audit, clock
from orgs.record import IllegalMove
from orgs.tenancy import TenantModel, new_id
from referrals import campaigns

RUNNING, ENDED = _("Running"), _("Ended")


class NoCodeLeft(Exception):
    """Every code that could be made of this word was given before."""


class Campaign(TenantModel):
    """Nothing of it is about a person. `code` stands on the poster, `found_by` is how it is looked for.

    A code is never given twice in one organization, because old posters hang on. The codes of other
    organizations are not asked: nobody learns that somebody else has one (R6).
    """

    class Door(models.TextChoices):
        FRONT = "front", _("The first page: numbers to call, then writing")
        WRITE = "write", _("The page for writing, with the numbers on top")

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        SPANISH = "es", "Español"
        CREOLE = "ht", "Kreyòl ayisyen"

    name = models.CharField(max_length=60)
    place = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=14)
    found_by = models.CharField(max_length=14)
    language = models.CharField(max_length=2, choices=Language.choices)
    door = models.CharField(max_length=8, choices=Door.choices)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "found_by"], name="one_campaign_a_code"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="campaign_ended_by_somebody",
            ),
        ]

    def __str__(self):
        return self.code

    def get_absolute_url(self):
        return reverse("view_campaign", args=[self.pk])

    @property
    def label(self):
        """What the audit calls it."""
        return self.code

    @property
    def state(self):
        return "ended" if self.ended_at else "running"

    def get_state_display(self):
        return ENDED if self.ended_at else RUNNING

    @classmethod
    def make(cls, *, actor, word, **fields):
        """A new campaign of the actor's organization, its code of `word` and a drawn digit.

        Raises `NoCodeLeft`. `fields` are name, place, language and door.
        """
        mine = cls.objects.filter(organization_id=actor.organization_id)
        with transaction.atomic():
            # One writer at a time, so that two do not draw one code.
            ours = type(actor.organization).objects.select_for_update(of=("self",), no_key=True)
            ours.get(pk=actor.organization_id)
            taken = set(mine.values_list("found_by", flat=True))
            drawn = campaigns.codes_of(word, secrets.SystemRandom())
            code = next((one for one in drawn if campaigns.looked_for(one) not in taken), None)
            if code is None:
                raise NoCodeLeft
            made = cls.objects.create(
                organization_id=actor.organization_id,
                code=code,
                found_by=campaigns.looked_for(code),
                made_at=clock.now(),
                made_by=actor,
                **fields,
            )
            audit.write(actor, "make_campaign", made, language=made.language, door=made.door)
        return made

    def end(self, *, actor):
        """From here on its code is as one that never was. Raises `IllegalMove` where it has ended."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=type(self).objects.select_for_update(of=("self",)))
            if self.ended_at:
                raise IllegalMove("end", self)
            self.ended_at, self.ended_by = clock.now(), actor
            self.save(update_fields=["ended_at", "ended_by"])
            audit.write(actor, "end_campaign", self)


class CampaignCount(models.Model):
    """How many opened a code's address in a month; without a campaign: a code that is none of these.

    Walled as every table, and yet no `TenantModel`: the application has no privilege on it at all, and
    what counts and tells is in `orgs.reach`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    month = models.DateField()
    number = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "campaign", "month"], nulls_distinct=False, name="one_count_a_month"
            )
        ]

    def __str__(self):
        return f"{self.month:%Y-%m}"
