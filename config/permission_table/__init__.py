"""Who may do what, as a table that people read: written by hand from the domain's rules, not from the code.

A row says: the URL's name, how it is asked for, who gets through, and in which states of the record. Whoever
may see the record and is not named gets 403; whoever is named and comes in another state gets 409; everybody
else gets the 404 of what does not exist. Nobody signed in is sent to the sign-in page, except where `OPEN`.

The page `permissions` says it in words, and `tests/test_permissions.py` makes every request that follows from
it: the table decides nothing, it is what the code is held to. A new URL needs a row here, and a new kind,
state, role or move a word in `words`.
"""

from .arriving import ARRIVING
from .casework import CASEWORK
from .cast import CAST, CAST_IN
from .duties import DUTIES
from .house import HOUSE
from .members import EVERYBODY, MEMBERS
from .places import OPEN, PLACES
from .rows import ANY, FORM, PAGE, PRESS, Place, Row
from .states import REALLY, SEES

__all__ = [
    "ANY",
    "CAST",
    "EVERYBODY",
    "FORM",
    "MEMBERS",
    "OPEN",
    "PAGE",
    "PLACES",
    "PRESS",
    "REALLY",
    "RECORDS",
    "SEES",
    "Place",
    "Row",
    "expected",
    "members_in",
]
RECORDS = {**ARRIVING, **CASEWORK, **DUTIES, **HOUSE}


def members_in(noun, state, roles):
    """The members of the world who play these roles for a record of `noun` in `state`."""
    cast = {**CAST[noun], **CAST_IN.get((noun, state), {})}
    return {member for role in roles.split() for member in cast[role].split()}


def expected(noun, state, row, member):
    """What the table says: "through", 403, 404 or 409."""
    roles = SEES[noun][state]
    if member not in members_in(noun, state, roles):
        return 404
    doers = " ".join(role for role in row.who.split() if role in roles.split())
    if member not in members_in(noun, state, doers):
        return 403
    if state in row.refused.split():
        return 403
    known = {state, REALLY.get((noun, state)) or REALLY.get(state, state)}
    return "through" if row.states == ANY or known & set(row.states.split()) else 409
