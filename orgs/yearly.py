"""What an organization counts by year: rows that are there, and tallies of those that were purged (R35).

A purge adds what it deletes to the tallies in the same transaction, so that a year's figures are the same
before and after. What is shown is suppressed like every other total (R46).
"""

from collections import defaultdict
from typing import NamedTuple

from django.db import connection

from .suppression import suppress
from .totals import smallest

ISLANDS = "America/St_Thomas"


class Measure(NamedTuple):
    """One thing that is counted: rows of `table`, by year of `at` and by `code`, both SQL on a row `t`.

    `labels(code)` is what a code is called; `where` leaves rows out.
    """

    name: str
    label: object
    table: str
    at: str
    code: str
    labels: object
    where: str = "true"

    @property
    def year(self):
        return f"extract(year FROM {self.at} AT TIME ZONE '{ISLANDS}')::int"


MEASURES = {}


def register(*measures):
    for measure in measures:
        MEASURES[measure.name] = measure


def tallies():
    """The part of `purge_rows` that counts the rows `ids` of `relation` before they go."""
    parts = []
    for measure in MEASURES.values():
        parts.append(
            f"IF relation = '{measure.table}' THEN"  # noqa: S608 - words of ours
            " INSERT INTO public.orgs_tally AS y (id, organization_id, measure, year, code, number)"
            f" SELECT gen_random_uuid(), mine, '{measure.name}', {measure.year}, {measure.code}, count(*)"
            f" FROM public.{measure.table} t WHERE t.id = ANY (ids) AND {measure.where} GROUP BY 4, 5"
            " ON CONFLICT (organization_id, measure, year, code)"
            " DO UPDATE SET number = y.number + excluded.number; END IF;\n    "
        )
    return "".join(parts)


def counts(organization_id):
    """{(measure, year): {code: number}} of the acting organization, purged rows among them."""
    parts = [
        f"SELECT '{measure.name}', {measure.year}, {measure.code}, count(*)"  # noqa: S608 - words of ours
        f" FROM public.{measure.table} t WHERE t.organization_id = %(id)s AND {measure.where} GROUP BY 2, 3"
        for measure in MEASURES.values()
    ]
    parts.append("SELECT measure, year, code, number FROM public.orgs_tally WHERE organization_id = %(id)s")
    found = defaultdict(lambda: defaultdict(int))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), {"id": organization_id})
        for name, year, code, number in cursor.fetchall():
            found[name, year][code] += number
    return {key: dict(of) for key, of in found.items()}


def shown(organization_id, running):
    """What may be shown, the newest year first: (year, [(label, total or None, [(label, number or None)])]).

    `running` is the year that is not over: it is left out, since two looks at it would tell one person.
    """
    years = defaultdict(list)
    for (name, year), by_code in sorted(counts(organization_id).items(), key=lambda item: item[0][0]):
        if year >= running or name not in MEASURES:
            continue
        measure, codes = MEASURES[name], sorted(by_code)
        cells, total = suppress([by_code[code] for code in codes], smallest())
        rows = [(measure.labels(code), cell) for code, cell in zip(codes, cells, strict=True)]
        years[year].append((measure.label, total, rows if total is not None else []))
    return sorted(years.items(), reverse=True)
