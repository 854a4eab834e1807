"""How long records are kept, by kind, and what has come to its end (R35).

Each room registers its kinds in its `retention.py`. A period is a setting of the organization, never below
the least of the installation. What is due is a question to the database; nothing goes before a purge was
proposed by one supervisor and approved by another (`cases.models.purge`), and what is under a legal hold
never goes: `orgs.purging` asks both once more, inside the wall.
"""

from typing import NamedTuple

from django.db import connection

from . import clock

YEAR = 365.25
REVIEW_AFTER_DAYS = 90  # from the end of one purge to the next list
LEAST_REVIEW, MOST_REVIEW = 30, 366
MOST_YEARS = 50


class Kind(NamedTuple):
    """One kind of record.

    `due` is a condition in SQL on a row `t` of `table` and a moment `{cutoff}` before which it came to rest;
    `person` an expression for the person whom it is about, whose legal hold it is under, or "". `usual` and
    `least` are in `unit` ("years" or "days"). `describe(ids)` gives {id: (label, name, url)} to a member who
    may open names. `theirs` is whether it is of organizations that refer, and not of those that help.
    """

    code: str
    label: object
    table: str
    due: str
    usual: int
    least: int
    describe: object
    person: str = ""
    unit: str = "years"
    theirs: bool = False
    with_it: object = ""  # what goes along, in words


KINDS = {}
ALONG = []  # (kind's code, table, condition on the ids $1 of the kind): rows that go with those of a kind
LOOSENED = set()  # "table.column": a reference that is emptied, where else the row that holds it would go
KEEPS_PERSON = []  # tables with a person_id: while a row is there, the person stays
HOLDS = []  # questions in SQL for the ids of people of whom something still runs: nothing of theirs goes
JOINS = []  # questions in SQL for pairs of ids of people who are one person in two records


def register(*kinds):
    for kind in kinds:
        KINDS[kind.code] = kind


def along(code, table, condition):
    """Rows of `table` that go with those of kind `code`; `condition` is SQL on their ids, `$1`."""
    if (code, table, condition) not in ALONG:
        ALONG.append((code, table, condition))


def loosen(*columns):
    """References that are emptied when the row they point at goes ("table.column")."""
    LOOSENED.update(columns)


def keeps_person(table):
    if table not in KEEPS_PERSON:
        KEEPS_PERSON.append(table)


def hold(*people):
    """`people` are questions in SQL for one column of people's ids: while one is there, all of it stays."""
    HOLDS.extend(sql for sql in people if sql not in HOLDS)


def join(pairs):
    """`pairs` is a question in SQL for two columns of people's ids: who is one person in two records."""
    if pairs not in JOINS:
        JOINS.append(pairs)


def kinds_of(organization):
    """The kinds of record that an organization has, in the order of their names."""
    return [kind for kind in KINDS.values() if kind.theirs != organization.helps]


def period(organization, kind):
    """How long it keeps a kind, in the kind's unit: its own setting or the usual, never below the least."""
    return max(kind.least, organization.retention.get(kind.code, kind.usual))


def days(organization, kind):
    """The same in whole days."""
    amount = period(organization, kind)
    return amount if kind.unit == "days" else round(amount * YEAR)


def least_days(kind):
    return kind.least if kind.unit == "days" else round(kind.least * YEAR)


def review_after(organization):
    """How many days after one purge the next list is made."""
    own = organization.retention.get("review", REVIEW_AFTER_DAYS)
    return min(max(own, LEAST_REVIEW), MOST_REVIEW)


def schedule(organization):
    """The periods in force, as they are written on a purge: {kind: days}."""
    return {kind.code: days(organization, kind) for kind in kinds_of(organization)}


def condition(kind, cutoff):
    """The condition on a row `t` that it has come to its end and nobody holds it."""
    due = kind.due.replace("{cutoff}", cutoff)
    return f"({due}) AND NOT {held(kind)}" if kind.person else f"({due})"


def held(kind):
    """Whether the person of a row `t` is held, a demand about them is open or a duty runs: all of it stays.

    The person in all their records: what was joined to one that is held, in however many steps, is held too.
    """
    return held_person(kind.person)


def held_person(person):
    """The same for an SQL expression of a person's id."""
    return f"coalesce({person} IN ({everybody(' UNION '.join(HOLDS))}), false)"


def everybody(people):
    """SQL for the ids of all records of people (SQL for their ids), through every join, both ways."""
    pairs = " UNION ALL ".join(
        f"SELECT j.one, j.other FROM ({sql}) j (one, other) UNION ALL"
        f" SELECT j.other, j.one FROM ({sql}) j (one, other)"
        for sql in JOINS
    )
    step = f"SELECT pair.other FROM known JOIN ({pairs}) pair ON pair.one = known.id" if pairs else ""
    steps = f" UNION {step}" if step else ""
    return f"WITH RECURSIVE known (id) AS (({people}){steps}) SELECT known.id FROM known"


def due(organization, kind):
    """What of one kind has come to its end in the acting organization: pairs of id and person's id."""
    cutoff = f"({clock.SQL} - make_interval(days => %(days)s))"
    text = (
        f"SELECT t.id, {kind.person or 'NULL::uuid'} FROM public.{kind.table} t"
        f" WHERE t.organization_id = %(organization)s AND {condition(kind, cutoff)} ORDER BY t.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, {"organization": organization.pk, "days": days(organization, kind)})
        return cursor.fetchall()
