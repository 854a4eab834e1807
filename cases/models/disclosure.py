"""The ledger: what was told about a person, to whom, when, under what (R26)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cases import telling
from cases.signing import NotReleased
from orgs import audit, clock, codes
from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel


class DisclosureQuerySet(models.QuerySet):
    def about(self, person):
        """The lines about a person, those of records that were merged into theirs too, and of reports,
        requests and demands from before they were known to be the one of a case."""
        return self.filter(of_person(person))


def of_person(person):
    """A condition on lines of the ledger; `person` is one, or an expression for one."""
    from .demand import Demand
    from .mandated_report import MandatedReport
    from .otip_request import OtipRequest

    outer = OuterRef(person) if isinstance(person, OuterRef) else person
    told = Q(person=person) | Q(person__merged_into=person)
    for model in (MandatedReport, OtipRequest, Demand):
        told |= Q(subject_id__in=model.objects.filter(case__person=outer).order_by().values("pk"))
    return told


class Disclosure(TenantModel):
    """One line, written in the transaction that discloses. The database lets nobody change or delete it."""

    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="disclosures")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="disclosures")
    release = models.ForeignKey("cases.Release", models.PROTECT, null=True, related_name="disclosures")
    basis = models.CharField(max_length=24, default="release")  # release, or the law that demanded it
    recipient = models.ForeignKey("orgs.Organization", models.PROTECT, null=True, related_name="+")
    recipient_name = SealedTextField(max_length=120, blank=True)
    categories = ArrayField(models.CharField(max_length=16), default=list)
    what = SealedTextField(_("what was told"), max_length=2000)
    code = models.CharField(max_length=16, blank=True)  # of `outcomes`, where one word of a list was read
    method = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(basis="release") | Q(release__isnull=False), name="disclosure_names_its_release"
            )
        ]
        indexes = [models.Index(fields=["person", "-at"], name="disclosures_newest")]

    @classmethod
    def write(cls, release, actor, categories, what, method, subject=None):
        """Write the line for a release that covers it; only `Release.disclose` calls this."""
        line = cls(
            organization_id=release.organization_id,
            person_id=release.person_id,
            case_id=release.case_id,
            release=release,
            recipient_id=release.recipient_id,
            recipient_name=release.recipient_name,
            categories=list(categories),
            what=what,
            method=method,
            at=clock.now(),
            by=actor,
            subject_type=subject._meta.model_name if subject else "",
            subject_id=subject.pk if subject else None,
        )
        line.save(force_insert=True)
        audit.write(
            actor, "disclose", release, categories=sorted(categories), method=method, line=str(line.pk)
        )
        return line

    @classmethod
    def write_by_law(cls, duty, actor, basis, recipient_name, what, method):
        """Write the line for what a law demands without a release: `basis` is a code of disclosure_bases.

        Called in the move that tells it, so that there is no report without its line (R26). Raises
        `NotReleased` where a stricter rule than that law forbids it to `actor` (R44).
        """
        wish = telling.Wish(frozenset(), None, clock.now(), walled=duty.person.keeps_out(actor), law=basis)
        if why := telling.why_not(wish):
            raise NotReleased(why)
        line = cls(
            organization_id=duty.organization_id,
            person_id=duty.person_id,
            case_id=duty.case_id,
            basis=basis,
            recipient_name=str(recipient_name),
            what=what,
            method=method,
            at=clock.now(),
            by=actor,
            subject_type=duty._meta.model_name,
            subject_id=duty.pk,
        )
        line.save(force_insert=True)
        audit.write(actor, "disclose", duty, basis=basis, method=method, line=str(line.pk))
        return line

    @property
    def law(self):
        """The law that demanded it, in words; empty where a release allowed it."""
        return "" if self.release_id else str(codes.load("cases", "disclosure_bases").label(self.basis))

    @classmethod
    def write_reading(cls, release, code, by, subject):
        """The recipient is about to read one word of `outcomes` under a release that covers it (R2, R26).

        The reader acts, so none of our secrets is open: the line holds a code and nothing sealed. `by` is
        the id of the member who made it ready.
        """
        line = cls(
            organization_id=release.organization_id,
            person_id=release.person_id,
            case_id=release.case_id,
            release=release,
            recipient_id=release.recipient_id,
            categories=["OUTCOME"],
            code=code,
            method="system",
            at=clock.now(),
            by_id=by,
            subject_type=subject._meta.model_name,
            subject_id=subject.pk,
        )
        line.save(force_insert=True)
        audit.write(None, "disclose", release, categories=["OUTCOME"], method="system", line=str(line.pk))
        return line

    @property
    def said(self):
        """What was told, in words."""
        if self.code:
            return _now("Read by them: %(word)s") % {"word": codes.load("cases", "outcomes").label(self.code)}
        return self.what

    @property
    def heading(self):
        """To whom, and by what way."""
        way = codes.load("cases", "release_methods").label(self.method)
        return " · ".join(
            filter(None, (self.recipient_name, self.recipient and self.recipient.name, str(way)))
        )

    @property
    def categories_in_words(self):
        table = codes.load("cases", "release_categories")
        return [str(table.label(code)) for code in self.categories]
