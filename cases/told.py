"""What stands beside a case of what others are told, fetched with the case: nothing of it is sealed."""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import JSONObject


def told_beside():
    """Annotations for `Case`: `told` (how many lines of the ledger), `told_at`, `standing_releases`."""
    from cases.models import Disclosure, Release
    from cases.models.disclosure import of_person

    lines = Disclosure.objects.filter(of_person(OuterRef("person"))).order_by()
    releases = Release.objects.filter(case=OuterRef("pk")).standing()
    row = JSONObject(
        pk="pk", to="recipient__name", state="state", categories="categories", expires_at="expires_at"
    )
    return {
        "told": Subquery(lines.values("organization").annotate(n=Count("pk")).values("n")),
        "told_at": Subquery(lines.values("organization").annotate(last=Max("at")).values("last")),
        "standing_releases": ArraySubquery(releases.values(row=row)),
    }


def releases_beside(case):
    """(name of the recipient, `Release`) for what is open or on its way, of a row with `told_beside`."""
    from cases.models import Release

    for row in case.standing_releases:
        ends = datetime.fromisoformat(row["expires_at"])
        yield (
            row["to"],
            Release(pk=row["pk"], state=row["state"], categories=row["categories"], expires_at=ends),
        )
