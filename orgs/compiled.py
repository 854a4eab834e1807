"""Questions that every page asks, put into SQL once.

Django builds a question anew each time that it is asked. For the twelve lists behind one figure of the
navigation that takes many times as long as PostgreSQL takes to answer, and for the one record of a page
longer than all else that its door does (decision 29). From one page to the next only a few things in it
differ: who asks, for which organization, and the keys and moments that it is given. So it is built once for
stand-ins that nobody else has, and from then on these are replaced by the real ones. What never changes is
written into the statement, so that PostgreSQL, too, reads and plans it once for a connection, and still knows
which partial index will do. Walls and grants stay what `visible_to` says: nobody writes them a second time.
"""

import re
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from types import SimpleNamespace
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.query import ModelIterable
from psycopg import sql as written

MEMBER, HOUSE = UUID(int=0xC0DE << 64 | 1), UUID(int=0xC0DE << 64 | 2)
FIRST_GROUP = 2**31 - 1000
NEAR = timedelta(days=3000)  # a moment of a question is one that it was given, and at most so much
STAND_INS = {
    datetime: lambda place: datetime(3000 + 100 * place, 1, 1, tzinfo=UTC),
    UUID: lambda place: UUID(int=0xC0DE << 64 | 1000 + place),
    int: lambda place: FIRST_GROUP - 1000 + place,
    str: lambda place: f"\x7fstand-in {place}\x7f",
}


class Prepared:
    """Django's connection, with cursors that prepare what they are asked."""

    def cursor(self):
        return connection.prepared_cursor()

    def __getattr__(self, name):
        return getattr(connection, name)


class Statement(NamedTuple):
    """A question in SQL, with a function of (member, given) for each of its parameters.

    `sql` is None where there can be no row. `compiler` is Django's, which knows what the columns are.
    """

    sql: str | None = None
    values: tuple = ()
    compiler: object = None

    def filled(self, member, given):
        return tuple(value(member, given) for value in self.values)


def compiled(build):
    """Decorator: `build(member, *given)`, which returns a queryset of values, as a function of rows.

    What is decorated takes a member (or None) and aware moments, ids, numbers or texts, and returns a list of
    tuples, with one query and next to no work beside it. `build` is run once for each role, number of groups
    and kinds of what is given. It may look at the member's pk, organization, role and groups alone, and at no
    clock and no row: whatever else it reads of the member raises `User.DoesNotExist`, an id or a moment that
    is not of its arguments `ValueError`.
    """
    statement = _kept(build)

    @wraps(build)
    def rows(member, *given):
        kept = statement(member, given)
        if kept.sql is None:
            return []
        with connection.prepared_cursor() as cursor:
            cursor.execute(kept.sql, kept.filled(member, given))
            return cursor.fetchall()

    return rows


def compiled_first(build):
    """The same for a queryset of records, as a function that returns its first one, or None."""
    statement = _kept(lambda *given: _first(build(*given)))

    @wraps(build)
    def first(member, *given):
        kept = statement(member, given)
        if kept.sql is None:
            return None
        return next(iter(ModelIterable(_asked(kept, member, given))), None)

    return first


def _first(rows):
    return (rows if rows.ordered else rows.order_by("pk"))[:1]


def _asked(kept, member, given):
    """What `ModelIterable` takes for a queryset: the question that is in SQL already, with its values."""
    compiler = copy(kept.compiler)
    compiler.connection = Prepared()
    compiler.as_sql = lambda *args, **kwargs: (kept.sql, kept.filled(member, given))
    query = SimpleNamespace(get_compiler=lambda *args, **kwargs: compiler)
    return SimpleNamespace(db=connection.alias, query=query, _known_related_objects={})


def _kept(build):
    """A function of (member, given) that returns the question's `Statement`, built at the first use."""
    made = cache(lambda *shape: _statement(build, *shape))

    def statement(member, given):
        who = (member.role, len(member.group_ids)) if member else (None, 0)
        return made(*who, *map(type, given))

    return statement


def _statement(build, role, groups, *kinds):
    from orgs import audit

    given = [STAND_INS[kind](place) for place, kind in enumerate(kinds)]
    with audit.unseen():  # nobody looks at anything yet
        rows = build(role and _stand_in(role, groups), *given)
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return Statement()
    places = [_value(value, groups, given) for value in values]
    return Statement(_with_constants(sql, values, places), tuple(filter(None, places)), compiler)


def _with_constants(sql, values, places):
    """The statement with each parameter that is always the same written into it."""
    parts = re.split("(%%|%s)", sql)
    marks = [index for index, part in enumerate(parts) if part == "%s"]
    for index, value, place in zip(marks, values, places, strict=True):
        if place is None:
            parts[index] = written.Literal(value).as_string(connection.connection).replace("%", "%%")
    return "".join(parts)


def _stand_in(role, groups):
    """A member of whom nothing is known but what a question may depend on."""
    from orgs.models import User

    known = {"id": MEMBER, "organization_id": HOUSE, "role": role, "is_active": True}
    there = [field.attname for field in User._meta.concrete_fields if field.attname in known]
    member = User.from_db(connection.alias, there, [known[name] for name in there])
    member.group_ids = tuple(FIRST_GROUP + place for place in range(groups))
    return member


def _value(value, groups, stand_ins):
    """What to put in for one parameter of the built question, as a function; None where it stays as it is."""
    for place, stand_in in enumerate(stand_ins):
        if value == stand_in and type(value) is type(stand_in):
            return lambda member, given: given[place]
    if value == MEMBER:
        return lambda member, given: member.pk
    if value == HOUSE:
        return lambda member, given: member.organization_id
    if isinstance(value, datetime):
        for place, time in enumerate(stand_ins):
            if isinstance(time, datetime) and abs(value - time) <= NEAR:
                return lambda member, given: given[place] + (value - time)
    elif isinstance(value, int) and FIRST_GROUP <= value < FIRST_GROUP + groups:
        return lambda member, given: member.group_ids[value - FIRST_GROUP]
    elif isinstance(value, (str, int, timedelta, type(None))) and "stand-in" not in str(value):
        return None
    raise ValueError(f"A question that is kept may not hold a {type(value).__name__} of its own.")
