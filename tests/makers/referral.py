"""Packets for tests: `draft(world)`, `sent(world)`, `acknowledged(world)`. Everybody in them is invented."""

from referrals.models import Referral

ANSWERS = {
    "basis": "opt_in",
    "priority": "high_risk",
    "victimizations": ["V15"],
    "trafficking_kind": "sex",
    "indicators": ["watched", "documents_kept"],
    "island_now": "STX",
    "island_needed": "STX",
    "needs": ["talk", "safe_place"],
    "language": "es",
    "interpreter": True,
    "reach_way": "call",
    "phone": "+13405550142",
    "reach_who": "She answers it herself",
    "times": ["morning"],
    "never": "Do not leave a message",
    "name": "Marisol Testperson",
    "alias": "Bluebird",
    "age_group": "adult",
    "note": "Wears a green jacket. Waits at the ferry dock.",
}


def draft(world, by=None, group=False, notice=None, **fields):
    """A draft with every answer given, `fields` over the usual ones; `fields` may be empty strings."""
    officer = by or world.officer
    with world.acting(officer):
        referral = Referral.begin(actor=officer, group=group, notice=notice)
        answers = {**ANSWERS, **({"group_size": 6, "group_minors": 2} if group else {}), **fields}
        referral.save_step(len(referral.steps) - 1, answers, actor=officer)
    return referral


def sent(world, by=None, **fields):
    """A packet that lies in the inbox of the island's organization; see `draft`."""
    officer = by or world.officer
    referral = draft(world, by=officer, **fields)
    with world.acting(officer):
        referral.send(actor=officer)
    return referral


def acknowledged(world, by=None, **fields):
    """A packet that the desk on St. Croix has read; returns it and its intake."""
    referral = sent(world, by=by, **fields)
    with world.acting(world.stx.intake_worker):
        intake = referral.acknowledge(actor=world.stx.intake_worker)
    return referral, intake
