"""Handoffs for tests, from St. Croix to St. Thomas: `draft`, `offered`, … Everybody is invented."""

from cases.models import Case, Person, Release, SafeContactPlan
from referrals.models import Handoff

CONTENT = {
    "name": "Bluebird",
    "needs": "Shelter for one adult and two children, from Friday",
    "safety": "Knows the ferry times; meet at the seaplane",
    "language": {"code": "es", "interpreter": True},
    "age_group": "adult",
    "reach": {"ways": ["call"], "reach_at": "+13405550142", "times": ["morning"], "never": "Leave a message"},
}
FACTS = {"adults": 1, "children": 2, "needs": ["safe_place"], "island": "STT", "priority": "high_risk"}


def case(world, by=None, **about):
    """An open case of an advocate on St. Croix, with a plan that was confirmed just now."""
    advocate = by or world.stx.advocate
    with world.acting(advocate):
        person = Person.enter(
            actor=advocate, name="Marisol Testperson", alias="Bluebird", language="es", age_group="adult"
        )
        SafeContactPlan.make(
            person, actor=advocate, ways=["call"], reach_at="+13405550142", never="Leave a message"
        )
        return Case.open_for(
            person, actor=advocate, assigned_to=advocate, priority="high_risk", island="STX", **about
        )


def release(world, case, recipient=None, categories=("TRANSFER", "SAFETY"), days=30, by=None):
    """A signed release of the case's person to St. Thomas."""
    advocate = by or world.stx.advocate
    with world.acting(advocate):
        made = Release.draft(
            case,
            recipient or world.stt.organization,
            actor=advocate,
            categories=list(categories),
            purpose="So they know me when I land",
            method="system",
            language="es",
            days=days,
            recipient_unit="Shelter desk",
        )
        made.discuss(actor=advocate)
        made.sign(
            actor=advocate,
            signer_type="ADULT",
            signer_name="Marisol Testperson",
            signature_method="IN_PERSON_DEVICE",
            signature={"first": {"typed": "Marisol Testperson"}},
            copy_offered="declined",
        )
    return made


def draft(world, content=None, identified=True, by=None, of=None, **release_terms):
    """A draft of a handoff with a release that covers it; `identified=False` is a capacity question."""
    advocate = by or world.stx.advocate
    of = of or case(world, by=advocate)
    under = release(world, of, by=advocate, **release_terms) if identified else None
    with world.acting(advocate):
        return Handoff.draft(
            of,
            world.stt.organization,
            actor=advocate,
            release=under,
            content=CONTENT if content is None else content,
            **FACTS,
        )


def submitted(world, **about):
    made = draft(world, **about)
    with world.acting(world.stx.advocate):
        made.submit(actor=world.stx.advocate)
    return made


def replan(world, handoff, by=None, **changed):
    """Another safe-contact plan for the person of a handoff, by the sender's advocate."""
    with world.acting(by or world.stx.advocate) as advocate:
        said = {"ways": ["call"], "reach_at": "+13405550199", "never": "Never the old number", **changed}
        return SafeContactPlan.make(handoff.own_file().case.person, actor=advocate, **said)


def shown(world, handoff):
    """What the button of a review sends: the mark of what is read there now."""
    with world.acting(world.stx.supervisor):
        return {"shown": Handoff.objects.get(pk=handoff.pk).mark}


def offered(world, **about):
    made = submitted(world, **about)
    with world.acting(world.stx.supervisor):
        made.offer(actor=world.stx.supervisor)
    return made


def acknowledged(world, **about):
    made = offered(world, **about)
    with world.acting(world.stt.intake_worker):
        made.acknowledge(actor=world.stt.intake_worker)
    return made


def accepted(world, **about):
    made = acknowledged(world, **about)
    with world.acting(world.stt.supervisor):
        made.accept(world.stt.advocate if made.identified else None, actor=world.stt.supervisor)
    return made


def connected(world, **about):
    made = accepted(world, **about)
    for advocate in (world.stx.advocate, world.stt.advocate):
        with world.acting(advocate):
            made.confirm(actor=advocate)
    return made


def completed(world, **about):
    made = connected(world, **about)
    with world.acting(world.stt.advocate):
        made.complete(actor=world.stt.advocate)
    return made


def declined(world, **about):
    made = acknowledged(world, **about)
    with world.acting(world.stt.supervisor):
        made.decline("no_bed", actor=world.stt.supervisor)
    return made


def returned(world, **about):
    made = submitted(world, **about)
    with world.acting(world.stx.supervisor):
        made.return_("too_much", "Take the court date out.", actor=world.stx.supervisor)
    return made


def recalled(world, **about):
    made = offered(world, **about)
    with world.acting(world.stx.advocate):
        made.recall("plans_changed", actor=world.stx.advocate)
    return made


def discarded(world, **about):
    made = draft(world, **about)
    with world.acting(world.stx.advocate):
        made.discard(actor=world.stx.advocate)
    return made


IN = {
    "draft": draft,
    "supervisor_review": submitted,
    "returned": returned,
    "discarded": discarded,
    "offered": offered,
    "acknowledged": acknowledged,
    "accepted": accepted,
    "declined": declined,
    "recalled": recalled,
    "connected": connected,
    "completed": completed,
}
