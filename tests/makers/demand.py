"""Legal demands for tests, in every state. Call them inside `with world.acting(…)` of a supervisor.

Everybody in them is invented.
"""

from datetime import timedelta

from cases.models import Demand, Wall
from tests.makers.case import open_case

SERVED = {
    "kind": "subpoena",
    "served_by": "A process server (invented)",
    "issued_by": "Superior Court (invented)",
    "asked": "Any and all records.",
}
COUNSEL = "Ana Testcounsel, 340 555 0177"
NOTHING = "Neither confirmed nor denied."


def bare(world, case=None, **said):
    """Served an hour ago, due in ten days, nothing done."""
    now = world.now
    terms = {"served_at": now - timedelta(hours=1), "due_at": now + timedelta(days=10), **SERVED, **said}
    return Demand.receive(actor=world.stx.supervisor, record=case, **terms)


def received(world, **said):
    """About a case of the advocate's; the person was told and counsel is named."""
    supervisor = world.stx.supervisor
    demand = bare(world, open_case(world.stx.advocate), **said)
    demand.notify("told", actor=supervisor, way="call")
    demand.name_counsel(COUNSEL, actor=supervisor)
    return demand


def about_nobody(world):
    demand = bare(world)
    demand.name_counsel(COUNSEL, actor=world.stx.supervisor)
    return demand


def narrowed(world, notes_ordered=False, **said):
    demand = received(world, **said)
    demand.narrow("One date.", actor=world.stx.supervisor, notes_ordered=notes_ordered)
    return demand


def objected(world):
    demand = received(world)
    demand.object(NOTHING, actor=world.stx.supervisor)
    return demand


def quash_moved(world):
    demand = received(world)
    demand.move_to_quash(actor=world.stx.supervisor)
    return demand


def quashed(world):
    demand = quash_moved(world)
    demand.win_quash("The judge agreed.", actor=world.stx.supervisor)
    return demand


def complied(world):
    demand = narrowed(world)
    demand.comply([("dates", "One date of service")], actor=world.stx.supervisor)
    return demand


def withdrawn(world):
    demand = received(world)
    demand.withdraw("They took it back.", actor=world.stx.supervisor)
    return demand


def behind_a_wall(world):
    demand = received(world)
    Wall.build(demand.person, world.stx.second_supervisor, actor=world.stx.supervisor, reason="other")
    return demand


IN = {
    "received": received,
    "about_nobody": about_nobody,
    "narrowed": narrowed,
    "objected": objected,
    "quash_moved": quash_moved,
    "quashed": quashed,
    "complied": complied,
    "withdrawn": withdrawn,
    "walled": behind_a_wall,
}
