"""People with cases, plans, follow-ups and releases, for tests; everybody here is invented.

Call them inside `with world.acting(member):` of the member whose case it is.
"""

from datetime import timedelta

from cases.models import BreakGlass, Case, Person, Release, SafeContactPlan
from orgs import clock


def a_person(member, **known):
    """A person known by an alias, unless `known` says more."""
    return Person.enter(actor=member, **{"alias": "Bluebird", "age_group": "adult", "island": "STX", **known})


def a_plan(person, member, **how):
    """A verified safe-contact plan."""
    said = {"ways": ["call"], "reach_at": "340 555 0142", "never": "Never leave a message.", **how}
    return SafeContactPlan.make(person, actor=member, **said)


def open_case(member, *, plan=True, person=None, **terms):
    """A case of `member`'s, the person with a verified plan; `terms` go to `Case.open_for`."""
    person = person or a_person(member)
    if plan:
        a_plan(person, member)
    terms = {"assigned_to": member, "priority": "standard", "island": "STX", **terms}
    return Case.open_for(person, actor=member, **terms)


def a_followup(case, member, hours=24, what="Call about the hearing"):
    """A promise that is due so many hours from now."""
    return case.promise(what, clock.now() + timedelta(hours=hours), actor=member)


TERMS = {
    "recipient_unit": "Shelter desk",
    "categories": ["SAFETY"],
    "purpose": "So that the move is safe",
    "method": "system",
    "language": "en",
}
SIGNATURE = {
    "signer_type": "ADULT",
    "signer_name": "Bluebird",
    "signature_method": "IN_PERSON_DEVICE",
    "signature": {"first": {"typed": "Bluebird"}},
    "copy_offered": "unsafe",
}


def signed_by(name, **said):
    """What `Release.sign` takes when somebody of this name typed it on the device."""
    return {**SIGNATURE, "signer_name": name, "signature": {"first": {"typed": name}}, **said}


def draft_release(case, recipient, member, **terms):
    """A release in draft, its terms complete."""
    return Release.draft(case, recipient, actor=member, **{**TERMS, **terms})


def active_release(case, recipient, member, **terms):
    """A release that is talked through and signed."""
    release = draft_release(case, recipient, member, **terms)
    release.discuss(actor=member)
    release.sign(actor=member, **SIGNATURE)
    return release


def break_glass(record, member, reason="danger_now", why="Somebody called from the hospital."):
    """`member` opens a case or an intake in an emergency."""
    return BreakGlass.open(record.number, reason, why, actor=member)
