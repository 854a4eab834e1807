"""The outcome of a packet, one word, for a referrer to whom the person released it, while that stands.

The only thing that ever reaches a referrer from inside (R2). The row opens nothing by itself: at each reading
the release is asked, by its own row and the database's clock, and the ledger's line is written first (R26).
"""

from contextlib import suppress
from typing import NamedTuple

from django.db import models, transaction

from cases import telling
from cases.models import Disclosure, Release
from cases.signing import NotReleased
from orgs import audit, clock, codes
from orgs.sealing import LetterField
from orgs.tenancy import TenantModel, acting_for

CATEGORY = "OUTCOME"


class Told(NamedTuple):
    """What a referrer reads: the word, who says it, and until when (aware) it can be read."""

    word: str
    by: str
    until: object


class Outcome(TenantModel):
    """`organization` is who may read it, `written_by` who tells; the word is sealed to the reader."""

    written_by = models.ForeignKey("orgs.Organization", models.PROTECT, related_name="+")
    referral = models.ForeignKey("referrals.Referral", models.CASCADE, related_name="outcomes")
    release = models.ForeignKey("cases.Release", models.PROTECT, related_name="+")
    unit = models.CharField(max_length=80, blank=True)  # empty where the release names a person
    told_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    content = LetterField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "release"], name="one_outcome_a_release"),
            models.CheckConstraint(
                condition=~models.Q(written_by=models.F("organization")), name="outcome_is_told_to_another"
            ),
        ]

    @classmethod
    def tell(cls, release, referral, word, *, actor):
        """Make the outcome (a code of `outcomes`) readable for the release's recipient, and write it down.

        Raises `NotReleased` unless the release is open, covers it, through Causeway, and for the organization
        that filed this very packet.
        """
        label = str(codes.load("cases", "outcomes")[word].label)
        with transaction.atomic():
            if release.method != "system":
                raise NotReleased("method")
            referral.lock_row("tell")
            if referral.is_frozen(actor):  # nothing of ours reaches an agency whose officer harms (R42)
                raise NotReleased("frozen")
            release.disclose(
                actor=actor,
                categories=[CATEGORY],
                what=f"{referral.reference}: {label}",
                method="system",
                to=referral.organization,
                subject=referral,
            )
            cls.objects.filter(referral=referral, release=release).delete()
            outcome = cls(
                organization_id=referral.organization_id,
                written_by_id=release.organization_id,
                referral=referral,
                release=release,
                unit=release.recipient_unit,
                told_by=actor,
                told_at=clock.now(),
                content={"word": word, "to": release.recipient_name},
            )
            outcome.save(force_insert=True)
        return outcome

    def is_for(self, reader):
        """Whether the release names this member's unit, or this member (R18)."""
        return telling.reads(telling.Named(self.unit, self.content.get("to", "")), reader)

    def read(self, reader):
        """Let `reader` read it: the release first, then the ledger, then the word. Returns `Told` or None."""
        word = self.content["word"]
        with transaction.atomic(), acting_for(self.written_by_id):
            rows = Release.objects.select_for_update(of=("self",))
            release = rows.filter(pk=self.release_id, organization_id=self.written_by_id).first()
            if release is None or release.method != "system":
                return None
            release.must_cover([CATEGORY], reader.organization)
            audit.crossing()
            Disclosure.write_reading(release, word, self.told_by_id, self.referral)
        label = str(codes.load("cases", "outcomes").label(word))
        return Told(label, self.written_by.name, release.expires_at)


def outcomes_for(reader, referral):
    """What a referrer may read of a packet's outcome at this moment, each reading in the ledger (R2, R26)."""
    told = []
    rows = referral.outcomes.filter(organization_id=reader.organization_id).select_related("written_by")
    for outcome in rows.order_by("told_at"):
        if outcome.is_for(reader):
            with suppress(NotReleased):
                told.append(outcome.read(reader))
    return [one for one in told if one]
