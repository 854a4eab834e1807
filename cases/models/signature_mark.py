"""Each drawing or paper that signed a release, as a mark: it signs once, beside whatever else (R17)."""

from django.db import IntegrityError, models, transaction

from cases import drawing
from cases.signing import Replayed
from orgs.tenancy import TenantModel


class SignatureMark(TenantModel):
    """The mark of one drawing, or of one paper; the database takes it once, and lets nobody change it."""

    release = models.ForeignKey("cases.Release", models.PROTECT, related_name="marks")
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "mark"], name="drawing_signs_once")]

    @classmethod
    def claim(cls, release, marks):
        """Keep the marks of what signs `release`. Raises `Replayed` where one of them signed before.

        "used": on another release; "same": both signatures of this one are the same drawing.
        """
        if len(set(marks)) < len(marks):
            raise Replayed("same")
        cls.bring_over(release.organization_id)
        try:
            with transaction.atomic():
                cls.objects.bulk_create(cls._of(release, marks))
        except IntegrityError as taken:
            raise Replayed("used") from taken

    @classmethod
    def bring_over(cls, organization_id):
        """Give their marks to signatures of the time when two drawings had one mark together.

        Needs the organization's opened secrets: what was drawn is read from the signature itself.
        """
        from .release import Release

        older = Release.objects.filter(organization_id=organization_id, marks=None)
        for release in older.exclude(signature_mark=""):
            marks = drawing.marks_of(release.signature) or [release.signature_mark]
            cls.objects.bulk_create(cls._of(release, marks), ignore_conflicts=True)

    @classmethod
    def _of(cls, release, marks):
        return [cls(organization_id=release.organization_id, release=release, mark=mark) for mark in marks]
