"""Intakes for tests, in every state; everybody in them is invented.

Call them inside `with world.acting(member):` of a member of the organization.
"""

from cases.models import SafeContactPlan
from orgs import clock
from orgs.roles import Role
from referrals.models import Intake
from referrals.models.intake_moves import MOVES

PLAN = {"ways": ["call"], "reach_at": "340 555 0142", "never": "Never leave a message."}
CALL = {"way": "call", "outcome": "no_answer", "minutes": 5}


def a_walk_in(member, **known):
    """A new intake of somebody who called; `known` goes over an alias and the usual rest."""
    said = {"alias": "Bluebird", "priority": "standard", "island": "STX", "age_group": "adult", **known}
    return Intake.walk_in(actor=member, **said)


def a_plan_for(intake, member, **how):
    """A plan that the person confirmed just now."""
    return SafeContactPlan.make(intake.person, actor=member, **{**PLAN, **how})


def triaged(member, arrived=None, **known):
    """Checked for conflicts and triaged: a new one, or `arrived`, which came by a packet."""
    intake = arrived or a_walk_in(member, **known)
    intake.check_conflict(actor=member)
    intake.triage(actor=member)
    return intake


def assigned(member, advocate, arrived=None, **known):
    """An intake that the advocate accepted."""
    intake = triaged(member, arrived, **known)
    intake.assign(advocate, actor=member).accept(actor=advocate)
    intake.refresh_from_db()
    return intake


def in_state(state, member, advocate, arrived=None):
    """An intake in any state of `STATES`, reached by its moves, with a plan from when it was assigned."""
    if state == "new":
        return arrived or a_walk_in(member)
    if state == "triaged":
        return triaged(member, arrived)
    intake = assigned(member, advocate, arrived)
    a_plan_for(intake, advocate)
    if state == "assigned":
        return intake
    if state in ("outreach", "unable_to_contact"):
        intake.begin_outreach(actor=advocate)
    elif state not in ("invalid", "duplicate_of"):
        intake.engage(actor=advocate, way="call")
    if state not in ("outreach", "engaged"):
        end(intake, state, advocate)
    return intake


def end(intake, state, advocate):
    """Bring an intake from assigned, outreach or engaged to an end."""
    if state == "unsafe_to_contact":
        intake = Intake.objects.get(pk=intake.pk)
        Intake.objects.filter(pk=intake.pk).update(state="outreach")
    verb = next(verb for verb, (_starts, ends) in MOVES.items() if ends == state)
    do(intake, verb, advocate)
    intake.refresh_from_db()


def do(intake, verb, actor):
    """Carry out any move by its name, with everything that it asks for in order except its state."""
    if verb == "assign":
        to = next(m for m in colleagues(actor) if m.pk != intake.assigned_to_id)
        return intake.assign(to, actor=actor)
    if verb == "reach_out":
        return intake.reach_out(actor=actor, **CALL)
    if verb == "engage":
        return intake.engage(actor=actor, way="call")
    if verb == "take_up":
        given = {"handed_at": clock.now(), "handed_by": a_supervisor(actor)}
        Intake.objects.filter(pk=intake.pk).exclude(assigned_to=None).update(**given)
        intake.refresh_from_db()
        return intake.take_up(actor=intake.assigned_to or actor)
    if verb == "let_go":
        return intake.let_go([actor], actor=actor)
    if verb == "plan":
        return intake.make_plan(actor=actor, **PLAN)
    if verb == "link_case":
        from tests.makers.case import open_case

        return intake.link_case(open_case(actor), actor=actor)
    if verb == "find_duplicate":
        return intake.find_duplicate(a_walk_in(actor), actor=actor)
    if verb == "give_up":
        Intake.objects.filter(pk=intake.pk).update(attempts=intake.organization.safe_attempts)
    return getattr(intake, verb)(actor=actor)


def a_supervisor(member):
    from orgs.models import User

    return User.objects.filter(organization=member.organization).in_role(Role.SUPERVISOR).first()


def colleagues(member):
    from orgs.models import User

    return User.objects.filter(organization=member.organization).in_role(Role.ADVOCATE)
