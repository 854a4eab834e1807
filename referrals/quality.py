"""What a service's supervisor may know of how the units of the agencies refer: whole quarters, by unit (R46).

Counted is what a packet was like when it came, and two things that the packet's own sender sees as well: that
a question about its text was asked, and that it was sent on. What was done with the person is asked nowhere.
A unit's figures stand alone: nothing is added up over units or quarters, so no second sum gives one away.
"""

from collections import Counter, defaultdict
from datetime import datetime
from typing import NamedTuple

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from orgs import clock
from orgs.suppression import suppress
from orgs.totals import smallest
from orgs.words import ISLANDS
from referrals.models import Arrival
from referrals.models.arrival import WATCHED

QUARTERS = 4  # how many of the last are shown
FEWEST_SENDERS = 3  # of one unit in one quarter; below, a figure of the unit is one of a person
MEASURES = {
    "unreachable": _("How to reach the person or the sender was not all there"),
    "asked": _("The desk had to ask about what was written"),
    "sent_on": _("Sent on: it was for another organization"),
}


class Shown(NamedTuple):
    """One unit in one quarter, and each measure in tenths of its packets, or None.

    Tenths, and no number of packets: whoever is walled from one of them, and counts those that they can open,
    learns nothing from the difference (R42).
    """

    agency: str
    unit: str
    tenths: list


def quarters(organization):
    """The last whole quarters whose figures can change no more, newest first: (first day, [`Shown`])."""
    over = (clock.now() - WATCHED).astimezone(ISLANDS)
    running = over.year * 4 + (over.month - 1) // 3
    rows = _rows(organization, _first_moment(running - QUARTERS), _first_moment(running))
    return [
        (_first_moment(n).date(), rows.get(n, [])) for n in range(running - 1, running - QUARTERS - 1, -1)
    ]


def _first_moment(number):
    """When a quarter begins on the islands; quarters are counted through, four a year."""
    return datetime(number // 4, number % 4 * 3 + 1, 1, tzinfo=ISLANDS)


def _rows(organization, since, until):
    came = Arrival.objects.filter(organization=organization, came_at__gte=since, came_at__lt=until)
    rows = came.order_by("agency__name", "unit__name", "pk").values(
        "sender_id", "came_at", "can_be_reached", "asked_at", "sent_on_at",
        agency_name=F("agency__name"), unit_name=F("unit__name"),
    )  # fmt: skip
    of = defaultdict(list)
    for row in rows:
        day = row["came_at"].astimezone(ISLANDS)
        of[day.year * 4 + (day.month - 1) // 3, row["agency_name"], row["unit_name"] or ""].append(row)
    found = defaultdict(list)
    for (number, agency, unit), packets in of.items():
        came, measures = shown(packets, smallest())
        if came is not None:  # a unit of which nothing is shown looks like one that sent nothing
            tenths = [None if count is None else round(10 * count / came) for count in measures]
            found[number].append(Shown(agency, unit, tenths))
    return found


def shown(packets, least):
    """What may be shown of one unit's packets: how many came, or None, and for each measure of how many.

    Nothing is, of fewer than `least`, of fewer than three senders, or where one of them sent half or more:
    then the unit's figures would be a person's (R47). Of each measure it is how many, where neither they nor
    the others are few (R46).
    """
    senders = Counter(packet["sender_id"] for packet in packets)
    if len(senders) < FEWEST_SENDERS or max(senders.values()) * 2 >= len(packets):
        return None, []
    counts = {
        "unreachable": sum(not packet["can_be_reached"] for packet in packets),
        "asked": sum(_within(packet, "asked_at") for packet in packets),
        "sent_on": sum(_within(packet, "sent_on_at") for packet in packets),
    }
    of_all = [suppress([counts[name], len(packets) - counts[name]], least) for name in MEASURES]
    return of_all[0][1], [those for (those, _others), _total in of_all]


def _within(packet, column):
    """Whether it was done while it is counted: a quarter that is shown does not change any more."""
    return bool(packet[column]) and packet[column] < packet["came_at"] + WATCHED
