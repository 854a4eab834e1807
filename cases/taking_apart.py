"""Two records that were put together by mistake: to each what was its own (R25). See `Merge.undo`.

What became stricter stays, for each of the two: walls, marks, legal holds, releases that ended. What people
changed since the merge is not overwritten; the functions here say which it is, and the page shows it.
"""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import deaths, merging
from cases.models.demand import Demand
from cases.models.disclosure import Disclosure
from cases.models.hold import LegalHold
from orgs import clock, reminders
from orgs.rls import INSERT_ONLY

WORDS = {
    "name": _("name"),
    "alias": _("name to use"),
    "phone": _("phone"),
    "address": _("where they are"),
    "born": _("birth date"),
    "age_group": _("age"),
    "gender": _("gender"),
    "language": _("language"),
    "interpreter": _("interpreter"),
    "island": _("island"),
    "relations": _("who must never learn of this"),
    "plan": _("safe-contact plan"),
    "death": _("day of death"),
}


def remembered(kept, gone, known):
    """What `kept` is to get back, for `Merge.before`: the columns that become others, and both plans.

    `known` are the columns as they will be (`merging.known_of_both`).
    """
    other = [field for field, value in known.items() if value != getattr(kept, field)]
    return {
        "had": {field: _plain(getattr(kept, field)) for field in other},
        "got": {field: _plain(known[field]) for field in other},
        "died": kept.has_died,
        "plans": [str(plan.pk) if plan else "" for plan in (kept.plan, gone.plan)],
    }


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value


def columns(before, kept):
    """({field: its own value} to give back, [fields that people changed since and that stay])."""
    back, stay = {}, []
    for field, had in before.get("had", {}).items():
        got, now = before["got"][field], _plain(getattr(kept, field))
        if field == "relations":
            own = _own_relations(had, got, now)
            back |= {field: own} if own != now else {}
            stay += [field] if now != got else []
        elif now == got:
            back[field] = date.fromisoformat(had) if field == "born" and had else had
        elif now != had:
            stay.append(field)
    return back, stay


def _own_relations(had, got, now):
    """`now` without the names that came from the other record; what was added since stays."""
    own = {}
    for key, names in now.items():
        came = set(merging.listed(got.get(key))) - set(merging.listed(had.get(key)))
        if left := [name for name in merging.listed(names) if name not in came]:
            own[key] = left
    return own


def plan_stays(before, kept):
    """Whether the plan that stands was made or confirmed by people since the merge."""
    plan = kept.plan
    if plan is None or str(plan.pk) in before.get("plans", ()):
        return False
    return str(plan.pk) != before.get("joined") or bool(plan.verified_at)


def staying(merge):
    """What of the record that stays was changed since the merge, as words for the page."""
    kept, before = merge.kept, merge.before or {}
    stay = columns(before, kept)[1]
    stay += ["plan"] if plan_stays(before, kept) else []
    stay += ["death"] if kept.has_died and not before.get("died") and not merge.gone.has_died else []
    return [str(WORDS[field]) for field in stay]


def follow_cases(kept, gone):
    """What is of a case is about the person of that case, whichever it was put on since the merge."""
    for relation in type(kept)._meta.get_fields(include_hidden=True):
        if not relation.one_to_many:
            continue
        model, field = relation.related_model, relation.field.name
        names = {one.name for one in model._meta.concrete_fields}
        if field == "person" and "case" in names and model._meta.db_table not in INSERT_ONLY:
            model._base_manager.filter(person=kept, case__person=gone).update(person=gone)
            model._base_manager.filter(person=gone, case__person=kept).update(person=kept)


def give_back_plans(before, merge, kept, gone, actor):
    """To each the plan that it had, to be confirmed again; but to `kept` none over one that people made."""
    stands, (own, others) = kept.plan, before.get("plans", ("", ""))
    if stands and str(stands.pk) == before.get("joined") and not stands.verified_at:
        _make_again(kept, kept.plans.get(pk=own), actor)
        stands.delete()  # never confirmed, so nobody was reached under it; it holds the other's warnings
    theirs = gone.plan
    if superseded := theirs is None and (others or not before):
        theirs = gone.plans.first()
    meanwhile = theirs and theirs.verified_at and theirs.verified_at >= merge.made_at
    if theirs and (superseded or meanwhile):  # with whom it was confirmed meanwhile, nobody can say
        _make_again(gone, theirs, actor)
    for person in (kept, gone):
        _tell_cases(person)


def _make_again(person, plan, actor):
    reach = {name: getattr(plan, name) for name in merging.REACH}
    return type(plan).make(person, actor=actor, verified="", **reach)


def _tell_cases(person):
    """Open cases know when the plan was confirmed: never the other's."""
    plan = person.plan
    for case in person.cases.open().select_related("organization"):
        case.plan_verified_at = plan and plan.verified_at
        case.save(update_fields=["plan_verified_at"])
        reminders.settle(case, case.organization_id)


def part_death(before, kept, gone, actor):
    """A death that came from the other record is the other's alone; what ended with it stays ended (R33)."""
    if not kept.has_died and not gone.has_died:
        return
    if kept.has_died and gone.has_died and not before.get("died", True):
        kept.died_on, kept.death_recorded_at, kept.death_recorded_by = None, None, None
        kept.save(update_fields=["died_on", "death_recorded_at", "death_recorded_by"])
    for person in (kept, gone):
        for case in person.cases.exclude(person_died=person.has_died).select_related("organization"):
            with case.moving("record_death" if person.has_died else "take_back_death", actor):
                case.person_died = person.has_died
        deaths.recorded(person, actor)


def hold_both(kept, gone, actor):
    """What was held as one is held as two, until a supervisor lifts it of each (R35).

    Whoever held it, or demands something, may mean the other: nobody can say.
    """
    held = {person: _held(person) for person in (kept, gone)}
    for person, other in ((kept, gone), (gone, kept)):
        case = other.cases.select_related("person", "organization").order_by("-opened_at", "-pk").first()
        if held[person] and case and not other.holds.filter(lifted_at=None).exists():
            LegalHold.place(case, actor=actor, **held[person])


def _held(person):
    """What `LegalHold.place` asks, of a hold or a demand that holds this record; {} where nothing does."""
    at_least = clock.now() + timedelta(days=1)
    if hold := person.holds.filter(lifted_at=None).first():
        return {"reason": hold.reason, "note": hold.note, "review_at": max(hold.review_at, at_least)}
    demand = Demand.objects.filter(person=person, ended_at=None).first()
    if demand is None:
        return {}
    note = gettext("A legal demand was open when two records were taken apart.")
    return {"reason": "subpoena", "note": note, "review_at": max(demand.due_at, at_least)}


def end_what_was_used_together(merge, kept, gone, actor):
    """What was signed since the merge named one person for two, and what was told since may be about the one
    who signed nothing: both end, with all that they opened. The rest is held against the facts.

    Returns how many releases ended.
    """
    ended, used = 0, Exists(Disclosure.objects.filter(release=OuterRef("pk"), at__gte=merge.made_at))
    for person in (kept, gone):
        together = person.releases.filter(Q(signed_at__gte=merge.made_at) | used, state="active")
        for release in together.filter(expires_at__gt=clock.Now()):
            release.revoke(actor=actor, reason="APART")
            ended += 1
        ended += person.hold_releases(actor=actor)
    return ended
