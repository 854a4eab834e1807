"""What the table says of one kind of record in one state, for a page: pure, and no record is read."""

from typing import NamedTuple

from . import CAST, MEMBERS, REALLY, RECORDS, SEES, expected, members_in
from .moves import DOES
from .words import other_in_words, role_in_words, state_in_words

ANSWERS = ("through", 403, 409)  # as `expected` gives them to who may see the record


class Part(NamedTuple):
    """Somebody who may see the record, and the moves in words by what they get for them."""

    role: str
    name: str
    may: list
    may_not: list
    not_now: list


def states(kind):
    """[(state, its words)] of a kind."""
    return [(name, state(kind, name)) for name in SEES[kind]]


def state(kind, name):
    """The words of one state, with that which the record really is in where the table's name is its own."""
    return state_in_words(kind, name, REALLY.get((kind, name)) or REALLY.get(name, name))


def roles(kind):
    """[(role, who plays it)] of the cast of a kind."""
    return [(role, role_in_words(kind, role)) for role in CAST[kind]]


def parts(kind, state):
    """The `Part`s of those who may see a record of `kind` in `state`. Nobody plays a role twice."""
    for role in SEES[kind][state].split():
        played = sorted(members_in(kind, state, role))
        if not played:
            continue
        can = {answer: [] for answer in ANSWERS}
        for row in RECORDS[kind]:
            can[expected(kind, state, row, played[0])].append(DOES[row.name])
        yield Part(role, role_in_words(kind, role), *(can[answer] for answer in ANSWERS))


def everybody_else(kind, state):
    """Those for whom the record does not exist, in words, each once."""
    seen = members_in(kind, state, SEES[kind][state])
    return list(
        dict.fromkeys(other_in_words(member, state, seen) for member in MEMBERS if member not in seen)
    )
