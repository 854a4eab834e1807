"""What follows for reaching somebody when an intake turns out to be of a person who is here already.

The plan that the person made for safe contact when they came is as a rule the newer one, and nobody who works
the case has read it. So the narrower of all their plans stands where they are worked, nobody tries to reach
them before it is confirmed again (R37), and what each plan said is written down there (R25).
"""

from types import SimpleNamespace

from django.utils.translation import gettext

from cases import letting_go, merging
from cases.models import Case, SafeContactPlan
from orgs import audit
from referrals import handover


def share_plans(intake, *, actor):
    """Carry the plan of an intake that was just joined to wherever the person is worked, and who must never
    learn of them to every record.

    The records are locked (`Wall.share` did that). A plan that forbids no more than before is left as it is.
    """
    from referrals.models import Intake

    intake.person.share_relations(actor=actor)
    people = letting_go.all_of(intake.person)
    plans = [plan for plan in (person.plan for person in people) if plan]
    if not plans:
        return
    wanted = _narrowest(sorted(plans, key=lambda plan: plan.made_at, reverse=True))
    if not intake.person.plan:  # nobody made one; whoever sent the packet may have written what not to do
        wanted = merging.narrower(
            SimpleNamespace(**{**wanted, "never": intake.content.get("never", "")}), SimpleNamespace(**wanted)
        )
    cases = list(Case.objects.filter(person__in=people).select_related("person"))
    open_ones = list(Intake.objects.open().filter(person__in=people))
    worked = {row.person_id for row in (*cases, *open_ones)}
    changed = {person.pk for person in people if person.pk in worked and _differs(person.plan, wanted)}
    before = "\n".join(map(in_words, plans))
    for person in people:
        if person.pk in changed:
            SafeContactPlan.make(person, actor=actor, verified="", **wanted)
    for record in (*cases, *open_ones):
        if record.person_id in changed:
            audit.write(actor, "carry_plan", record, intake=intake.number)
    for case in cases:
        if case.person_id in changed and case.is_open:
            said = gettext(
                "Intake %(number)s is the same person. Of all their safe-contact plans only what each of "
                "them allows is left, with all that any forbids. Nobody tries to reach them before they have "
                "confirmed it. The plans said:"
            )
            case.add_note(f"{said % {'number': intake.number}}\n{before}", actor=actor)


def _narrowest(plans):
    """What all plans allow and all that any forbids; of one, the same. The newest first."""
    first, *rest = plans
    said = {name: getattr(first, name) for name in merging.REACH}
    for plan in rest:
        said = merging.narrower(SimpleNamespace(**said), plan)
    return said


def _differs(plan, wanted):
    """Whether the plan that stands says anything else, in whichever order it lists it."""
    if plan is None:
        return True
    lists = ("ways", "times")
    return any(set(getattr(plan, name)) != set(wanted[name]) for name in lists) or any(
        getattr(plan, name) != wanted[name] for name in merging.REACH if name not in lists
    )


def in_words(plan):
    """A plan in one line, as a hand-over file has it."""
    return "; ".join(str(words) for _label, words, _flag in handover.said({"reach": handover.reach_of(plan)}))
