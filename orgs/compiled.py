"""Questions that every page asks, put into SQL once.

Django builds a question anew each time that it is asked. For the twelve lists behind one figure of the
navigation that takes many times as long as PostgreSQL takes to answer, on every page (decision 29). From one
page to the next only three things in it differ: who asks, for which organization, and the moment. So it is
built once for a stand-in whose ids and moments nobody else has, and from then on these are replaced by the
real ones. Walls and grants stay what `visible_to` says: there is no second way to write them.
"""

from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

MEMBER, HOUSE = UUID(int=0xC0DE << 64 | 1), UUID(int=0xC0DE << 64 | 2)
FIRST_GROUP = 2**31 - 1000
NEAR = timedelta(days=3000)  # a moment of a question is one that it was given, and at most so much


def compiled(build):
    """Decorator: `build(member, *moments)`, which returns a queryset of values, as a function of rows.

    What is decorated takes a member and aware moments and returns a list of tuples, with one query and
    next to no work beside it. `build` is run once for each role and number of groups. It may look at the
    member's pk, organization, role and groups alone, and at no clock and no row: whatever else it reads of
    the member raises `User.DoesNotExist`, an id or a moment that is not of its arguments `ValueError`.
    """
    statement = cache(lambda *shape: _statement(build, *shape))

    @wraps(build)
    def rows(member, *moments):
        sql, values = statement(member.role, len(member.group_ids), len(moments))
        if sql is None:
            return []
        with connection.cursor() as cursor:
            cursor.execute(sql, [value(member, moments) for value in values])
            return cursor.fetchall()

    return rows


def _statement(build, role, groups, moments):
    """(SQL, for each parameter a function of member and moments); (None, ()) where there can be no row."""
    from orgs import audit

    times = [datetime(3000 + 100 * place, 1, 1, tzinfo=UTC) for place in range(moments)]
    with audit.unseen():  # nobody looks at anything yet
        query = build(_stand_in(role, groups), *times).query
    try:
        sql, values = query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None, ()
    return sql, tuple(_value(value, groups, times) for value in values)


def _stand_in(role, groups):
    """A member of whom nothing is known but what a question may depend on."""
    from orgs.models import User

    known = {"id": MEMBER, "organization_id": HOUSE, "role": role, "is_active": True}
    there = [field.attname for field in User._meta.concrete_fields if field.attname in known]
    member = User.from_db(connection.alias, there, [known[name] for name in there])
    member.group_ids = tuple(FIRST_GROUP + place for place in range(groups))
    return member


def _value(value, groups, times):
    """What to put in for one parameter of the built question."""
    if value == MEMBER:
        return lambda member, moments: member.pk
    if value == HOUSE:
        return lambda member, moments: member.organization_id
    if isinstance(value, datetime):
        for place, time in enumerate(times):
            if abs(value - time) <= NEAR:
                return lambda member, moments: moments[place] + (value - time)
    elif isinstance(value, int) and FIRST_GROUP <= value < FIRST_GROUP + groups:
        return lambda member, moments: member.group_ids[value - FIRST_GROUP]
    elif isinstance(value, (str, int, timedelta, type(None))):
        return lambda member, moments: value
    raise ValueError(f"A question that is kept may not hold a {type(value).__name__} of its own.")
