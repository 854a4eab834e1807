"""The outcome of a packet, one word, for a referrer to whom the person released it, while that stands.

The only thing that ever reaches a referrer from inside (R2). The row opens nothing by itself: at each reading
the release is asked, by its own row and the database's clock, and the ledger's line is written first (R26).
"""

from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q

from cases import telling
from cases.models import Disclosure, Release
from cases.signing import NotReleased
from orgs import audit, clock, codes, names
from orgs.sealing import LetterField
from orgs.tenancy import TenantModel, acting_for

from .intake import Intake

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
    unit_id = models.UUIDField(null=True)  # whose members read it, whatever they are called by then
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
        that filed this very packet about the one who signed, and unless the person whom it names has one
        account there.
        """
        label = str(codes.load("cases", "outcomes")[word].label)
        with transaction.atomic():
            if release.method != "system":
                raise NotReleased("method")
            referral.lock_row("tell")
            if referral.is_frozen(actor):  # nothing of ours reaches an agency whose officer harms (R42)
                raise NotReleased("frozen")
            if not is_about(referral, release):
                raise NotReleased("packet")
            member = named_in(release)
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
                unit_id=release.recipient_unit_id,
                told_by=actor,
                told_at=clock.now(),
                content={"word": word, "to": release.recipient_name, "member": member},
            )
            outcome.save(force_insert=True)
        return outcome

    def is_for(self, reader):
        """Whether the release names this member's unit, or this member (R18)."""
        member = self.content.get("member")
        if self.unit or member:
            return telling.reads(telling.Named(self.unit_id, member=member and UUID(member)), reader)
        named = self.content.get("to", "")  # told before the account was held
        with suppress(names.Several):
            return bool(named) and names.only(reader.organization_id, named) == reader.pk
        return False

    def read(self, reader):
        """Let `reader` read it: the release first, then the ledger, then the word. Returns `Told` or None."""
        word = self.content["word"]
        with transaction.atomic(), acting_for(self.written_by_id):
            rows = Release.objects.select_for_update(of=("self",))
            release = rows.filter(pk=self.release_id, organization_id=self.written_by_id).first()
            if release is None or release.method != "system":
                return None
            if not is_about(self.referral, release):
                return None
            release.must_cover([CATEGORY], reader.organization)
            audit.crossing()
            Disclosure.write_reading(release, word, self.told_by_id, self.referral)
        label = str(codes.load("cases", "outcomes").label(word))
        return Told(label, self.written_by.name, release.expires_at)


def about(person_id):
    """The condition on intakes that they are about this person."""
    return Q(person=person_id) | Q(case__person=person_id)


def is_about(referral, release):
    """Whether a packet is about the person who signed the release, by what is known of it now (R17, R25)."""
    ours = Intake.objects.filter(organization_id=release.organization_id, referral=referral)
    return ours.filter(about(release.person_id)).exists()


def named_in(release):
    """The account (id as text) of the person whom a release names, None for a unit. Raises `NotReleased`."""
    if release.recipient_unit:
        return None
    try:
        member = release.recipient_member or names.only(release.recipient_id, release.recipient_name)
    except names.Several:
        raise NotReleased("several") from None
    if member is None:
        raise NotReleased("nobody")
    return str(member)


def outcomes_for(reader, referral):
    """What a referrer may read of a packet's outcome at this moment, each reading in the ledger (R2, R26)."""
    told = []
    rows = referral.outcomes.filter(organization_id=reader.organization_id).select_related("written_by")
    for outcome in rows.order_by("told_at"):
        if outcome.is_for(reader):
            with suppress(NotReleased):
                told.append(outcome.read(reader))
    return [one for one in told if one]
