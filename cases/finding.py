"""Who else can be found: rooms above this one register how their records are found by person."""

from typing import NamedTuple

_finders = []


class Found(NamedTuple):
    """One answer: what it is called, where it is, and a line about it."""

    what: str
    url: str
    why: str = ""


def finder(find):
    """Register `find(member, people) -> iterable of Found`; `people` is a queryset of whoever matched.

    A finder shows only what the member may see. Usable as a decorator.
    """
    if find not in _finders:
        _finders.append(find)
    return find


def found_elsewhere(member, people):
    """What every registered finder found, in the order in which they registered."""
    return [answer for find in _finders for answer in find(member, people)]
