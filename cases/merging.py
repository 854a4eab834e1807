"""What becomes stricter when two records are one person (R25). Each function decides one thing."""

from orgs import clock

REACH = ("ways", "reach_at", "times", "when", "ask_for", "never")
SAID_NO = ("refused", "revoked")
FILLED = ("name", "alias", "phone", "address", "born", "gender", "language", "island")


def conflicting(kept, gone):
    """The open releases of either to which the other record says less.

    The other record says less when it refused or took back a release to the same organization, or when its
    own open release to it ends sooner.
    """
    doomed = {}
    for mine, theirs in ((kept, gone), (gone, kept)):
        for release in mine.releases.open():
            others = list(theirs.releases.filter(recipient_id=release.recipient_id))
            no = any(other.state in SAID_NO for other in others)
            sooner = any(
                other.is_open and (other.expires_at, other.pk) < (release.expires_at, release.pk)
                for other in others
            )
            if no or sooner:
                doomed[release.pk] = release
    return list(doomed.values())


def end_conflicts(kept, gone, actor):
    """End each open release to which the other record says less; returns how many were ended."""
    doomed = conflicting(kept, gone)
    for release in doomed:
        release.revoke(actor=actor, reason="MERGED")
    return len(doomed)


def narrower(one, other):
    """Of two safe-contact plans what both allow, and all that either forbids; None unless there are two."""
    if not one or not other:
        return None
    plan = {name: getattr(one, name) for name in REACH}
    plan["ways"] = [way for way in one.ways if way in other.ways]
    plan["times"] = [time for time in one.times if time in other.times]
    plan["never"] = _joined(one.never, other.never, 300)
    plan["when"] = _joined(one.when, other.when, 200)
    plan["reach_at"] = one.reach_at if one.reach_at == other.reach_at else ""
    return plan


def _joined(one, other, longest):
    """Both sentences; where there is no room for both, what there is room for and that there is more."""
    both = " ".join(dict.fromkeys(filter(None, (one, other))))
    return both if len(both) <= longest else f"{both[: longest - 2]} …"


def known_of_both(kept, gone):
    """What is known of the one, filled from the other; under age if either says so."""
    known = {name: getattr(kept, name) or getattr(gone, name) for name in FILLED}
    known["age_group"] = kept.age_group or gone.age_group
    if minors := [person for person in (kept, gone) if person.is_minor(clock.now())]:
        known["age_group"] = "minor"
        known["born"] = max((person.born for person in minors if person.born), default=None)
    known["interpreter"] = kept.interpreter or gone.interpreter
    known["relations"] = relations_of_all(kept.relations, gone.relations)
    return known


def relations_of_all(*relations):
    """All names that stand under each key of several `Person.relations`, each once."""
    keys = {key: None for some in relations for key in some}
    return {
        key: list(dict.fromkeys(name for some in relations for name in listed(some.get(key)))) for key in keys
    }


def listed(names):
    """What stands under one key of `Person.relations`, as a list."""
    return names if isinstance(names, list) else [names] if names else []


def settle_cases(person, actor):
    """Whoever is walled now has none of the cases, and the supervisors hear; marks follow the walls."""
    from cases.models import Case

    walled = set(person.walls.values_list("user_id", flat=True))
    for case in Case.objects.filter(person=person):
        if walled and not case.restricted:
            case.restrict(True, actor=actor, by_walls=True)
        if case.is_open and case.assigned_to_id in walled:
            case.hand_to(None, actor=actor)
