"""Breaches for tests, in every state. Call them inside `with world.acting(…)` of their house."""

from datetime import timedelta

from cases.models import Breach
from cases.models.breach import STEPS


def a_breach(world, actor=None, **about):
    """One that was known an hour ago, of everything since yesterday, unless `about` says more."""
    now = world.now
    said = {
        "kind": "device",
        "what": "A phone was left in a taxi.",
        "known_at": (now - timedelta(hours=1)).replace(microsecond=0),
        "since": (now - timedelta(days=1)).replace(microsecond=0),
        **about,
    }
    return Breach.start(actor=actor or world.stx.supervisor, **said)


def all_done(world, member=None, **about):
    """Everybody is told and every step done."""
    member = member or world.stx.supervisor
    breach = a_breach(world, member, **about)
    for whom in ("grantor", "persons", "territory"):
        breach.tell(whom, actor=member, at=world.now, how="phone", to="The program office")
    breach.contain(STEPS, actor=member)
    return breach


def to_close(world):
    breach = all_done(world)
    breach.request_closure(actor=world.stx.supervisor)
    return breach


def closed(world):
    breach = to_close(world)
    breach.close("Phones lock after a minute.", actor=world.stx.second_supervisor)
    return breach


IN = {"open": a_breach, "done": all_done, "closure_requested": to_close, "closed": closed}
