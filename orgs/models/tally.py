"""What of purged rows a year's figures keep (R35)."""

from django.db import models

from orgs.tenancy import TenantModel


class Tally(TenantModel):
    """How many of what was purged a year had, in codes; written by the database's function alone."""

    measure = models.CharField(max_length=24)
    year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=24, blank=True)
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "measure", "year", "code"], name="one_tally_a_year_and_code"
            )
        ]
