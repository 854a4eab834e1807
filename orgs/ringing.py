"""What is due, and who hears of it: the statements behind `orgs.reminders.claim`."""

from django.apps import apps

from . import clock
from .clocks import OWNERS
from .models import User
from .roles import Role
from .tenancy import current

# A rung waits for those below it that are due too: another worker may have them in hand, or have told them in
# a transaction that began after this one, so that this one's rung would say it rang before. (A clock that was
# set back by more than a minute is no reason to wait.) What could not be rung stops none above it. The words
# for "has not rung" leave PostgreSQL only the index of ladders, also in a flood of new rows of which it knows
# nothing yet.
NOT_YET = f"coalesce(b.fired_at, {clock.SQL} + interval '1 s')"
DUE = f"""
SELECT id, subject_type, subject_id, owner_id, team FROM orgs_reminder r
WHERE organization_id = %(organization)s AND fired_at IS NULL AND fire_at <= {clock.SQL}
  AND (not_before IS NULL OR not_before <= {clock.SQL})
  AND (%(only)s::uuid IS NULL OR id = %(only)s::uuid)
  AND rung <= coalesce((
        SELECT b.rung FROM orgs_reminder b WHERE b.organization_id = r.organization_id
           AND b.subject_id = r.subject_id AND b.clock = r.clock AND b.version = r.version
           AND {NOT_YET} > {clock.SQL} AND {NOT_YET} <= {clock.SQL} + interval '1 minute'
           AND b.fire_at <= {clock.SQL} AND b.failures = 0
        ORDER BY b.rung LIMIT 1), rung)
ORDER BY fire_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED"""  # noqa: S608 - only constants of ours

# The rungs of whoever must act: the first of a clock, and each of a clock that is theirs alone.
FIRST = f"(f.rung = 0 OR f.clock IN ({', '.join(repr(name) for name in sorted(OWNERS))}))"
# Of an agency: the heads who can open the record, and the administrators besides where those read nothing.
HEADS = """(SELECT array_agg(head) || CASE WHEN bool_and(head = ANY(%(cut_off)s::uuid[]))
                THEN %(administrators)s::uuid[] ELSE '{}'::uuid[] END
              FROM heads WHERE subject = f.subject_id)"""
# Who is meant by the rung `f`, before walls. Administrators open no record: whoever can hears the last rungs
# with them. For somebody who is away it is who stands in, where they may see
# the record; where nobody may, the supervisors who are here.
MEANT = f"""CASE
        WHEN {FIRST} AND f.owner_id = ANY(%(away)s::uuid[]) THEN CASE
            WHEN EXISTS (SELECT FROM covers WHERE subject = f.subject_id AND owner = f.owner_id) THEN
                (SELECT array_agg(cover) || CASE WHEN bool_and(cover = ANY(%(cut_off)s::uuid[]))
                        THEN %(supervisors)s::uuid[] ELSE '{{}}'::uuid[] END
                   FROM covers WHERE subject = f.subject_id AND owner = f.owner_id)
            ELSE %(above)s::uuid[] END
        WHEN {FIRST} AND f.owner_id = ANY(%(cut_off)s::uuid[]) THEN f.owner_id || %(supervisors)s::uuid[]
        WHEN {FIRST} AND f.owner_id = ANY(%(active)s::uuid[]) THEN ARRAY[f.owner_id]
        WHEN f.team = 'administrator' THEN %(administrators)s::uuid[]
        WHEN f.rung = 0 AND f.team = 'intake_worker' THEN %(on_duty)s::uuid[]
        WHEN f.rung <= 1 AND f.team = 'intake_worker' THEN %(intake)s::uuid[]
        WHEN f.rung <= 1 AND f.team = 'advocate' THEN %(advocates)s::uuid[]
        WHEN f.team = 'unit_supervisor' THEN CASE
            WHEN f.rung <= 2 THEN coalesce({HEADS}, %(administrators)s::uuid[])
            ELSE %(administrators)s::uuid[] || coalesce({HEADS}, '{{}}') END
        WHEN f.rung <= 2 THEN %(supervisors)s::uuid[]
        ELSE %(administrators)s::uuid[] || %(supervisors)s::uuid[] END"""  # noqa: S608 - only constants of ours
WALLS = """
walls AS (
    SELECT subject, array_agg(member) AS members
    FROM unnest(%(walled_from)s::uuid[], %(walled)s::uuid[]) w (subject, member) GROUP BY subject),
covers AS (
    SELECT * FROM unnest(%(covered)s::uuid[], %(covered_for)s::uuid[], %(cover)s::uuid[])
        c (subject, owner, cover)),
heads AS (SELECT * FROM unnest(%(headed)s::uuid[], %(head)s::uuid[]) h (subject, head))"""
# Whoever is walled from a record hears nothing of it; where that leaves nobody, the next one up does.
HEARS = """CROSS JOIN LATERAL unnest(CASE
        WHEN NOT m.meant_for <@ m.walled THEN m.meant_for
        WHEN NOT %(supervisors)s::uuid[] <@ m.walled THEN %(supervisors)s::uuid[]
        ELSE %(administrators)s::uuid[] END) AS who
    WHERE who <> ALL (m.walled)"""
# What may not wait and be silent is mailed at once, whatever its hearer chose: a crisis, and the last rung of
# a clock, after which nobody else hears. The rest is theirs to choose, within the limits of the organization.
CHOSEN = """LEFT JOIN orgs_mailbox b ON b.user_id = who
    CROSS JOIN LATERAL (SELECT CASE
        WHEN m.must_be_mailed THEN 'waiting'
        WHEN b.how = 'page' AND %(may_mute)s THEN 'shown'
        WHEN b.how IN ('page', 'daily') AND %(may_gather)s THEN 'gathered'
        ELSE 'waiting' END AS state) AS chosen"""
# What is due before the desk opens next is no news then: a call that was agreed for this afternoon.
BEFORE_OPENING = f"f.due_at > {clock.SQL} AND f.due_at < %(opening)s"
LAST = """f.repeat_after IS NOT NULL OR NOT EXISTS (
        SELECT FROM orgs_reminder n WHERE n.organization_id = f.organization_id
           AND n.subject_id = f.subject_id AND n.clock = f.clock AND n.version = f.version
           AND n.rung > f.rung)"""
CLAIM = f"""
WITH fired AS (
    UPDATE orgs_reminder r SET fired_at = {clock.SQL} WHERE r.id = ANY(%(due)s::uuid[]) RETURNING r.*),
again AS (
    INSERT INTO orgs_reminder (id, organization_id, subject_type, subject_id, clock, version, rung,
                               started_at, due_at, fire_at, owner_id, team, repeat_after, by_night,
                               urgent, clocks_version)
    SELECT gen_random_uuid(), organization_id, subject_type, subject_id, clock, version, rung + 1,
           started_at, due_at,
           fire_at + repeat_after * (1 + floor(extract(epoch FROM {clock.SQL} - fire_at)
                                               / extract(epoch FROM repeat_after))::int),
           owner_id, team, repeat_after, by_night, urgent, clocks_version
    FROM fired WHERE repeat_after IS NOT NULL
    ON CONFLICT (organization_id, subject_id, clock, version, rung) DO NOTHING),
{WALLS},
meant AS (
    SELECT f.id, f.organization_id, f.by_night, coalesce(w.members, '{{}}') AS walled, {MEANT} AS meant_for,
           f.urgent OR f.by_night OR {BEFORE_OPENING} OR {LAST} AS must_be_mailed
    FROM fired f LEFT JOIN walls w ON w.subject = f.subject_id),
told AS (
    INSERT INTO orgs_outboxmessage (id, organization_id, kind, reminder_id, recipient_id, address, link,
                                    language, state, created_at, available_at, attempts, error)
    SELECT gen_random_uuid(), m.organization_id, 'reminder', m.id, who, '', '', 'en', chosen.state,
           {clock.SQL}, CASE WHEN m.by_night THEN {clock.SQL} WHEN chosen.state = 'gathered'
                        THEN %(opening)s ELSE %(day)s END, 0, ''
    FROM meant m {HEARS.replace("WHERE", f"{CHOSEN} WHERE")}
    ON CONFLICT (reminder_id, recipient_id) DO NOTHING RETURNING 1)
SELECT (SELECT count(*) FROM fired), (SELECT count(*) FROM told)"""  # noqa: S608 - only constants of ours

# Who would hear each of these rungs if it rang with these audiences: what a page says ahead.
WOULD_HEAR = f"""
WITH {WALLS},
meant AS (
    SELECT f.id, coalesce(w.members, '{{}}') AS walled, {MEANT} AS meant_for
    FROM orgs_reminder f LEFT JOIN walls w ON w.subject = f.subject_id
    WHERE f.organization_id = %(organization)s AND f.id = ANY(%(due)s::uuid[]))
SELECT DISTINCT m.id, u.name FROM meant m {HEARS.replace("WHERE", "JOIN orgs_user u ON u.id = who WHERE")}
ORDER BY u.name"""  # noqa: S608 - only constants of ours

_walled_members, _stands_in, _absent = [], [], []


def walled_members(ask):
    """Register `ask()`, which gives the ids of the acting organization's members who have any wall."""
    if ask not in _walled_members:
        _walled_members.append(ask)
    return ask


def stands_in(ask):
    """Register `ask()`, which gives {id of a member of the acting organization who is away now: the member
    who stands in, or None}."""
    if ask not in _stands_in:
        _stands_in.append(ask)
    return ask


def absences(ask):
    """Register `ask(first, last)`, which gives (id, from, until) of the acting organization's members who are
    away at some moment between two aware ones, both in it; a decorator."""
    if ask not in _absent:
        _absent.append(ask)
    return ask


def absent(first, last):
    """The same, of all rooms."""
    return [one for ask in _absent for one in ask(first, last)]


def away():
    """The same, of all rooms."""
    return {member: cover for ask in _stands_in for member, cover in ask().items()}


def covers_of(rungs, away):
    """What the statements above are told of who hears instead: (record, owner, who stands in) in three lists.

    `rungs` are (label of a model, id, owner's id). Whoever stands in is asked for what they may see, so that
    nobody hears of a record that does not open to them.
    """
    from .access import held

    by_cover, found = {}, []
    for label, subject, owner in rungs:
        if away.get(owner):
            by_cover.setdefault((away[owner], owner, label), []).append(subject)
    for (cover, owner, label), subjects in by_cover.items():
        model = apps.get_model(label)
        if not hasattr(model, "user_grants"):
            continue
        rows = model._base_manager.filter(held(model, cover, "view"), pk__in=subjects)
        wall = model.behind_wall(cover)
        rows = rows if wall is None else rows.exclude(wall)
        found += [(subject, owner, cover.pk) for subject in rows.values_list("pk", flat=True)]
    columns = ("covered", "covered_for", "cover")
    return {name: [row[n] for row in found] for n, name in enumerate(columns)}


def heads_of(rungs):
    """What the statements above are told of an agency's heads: (record, head who can open it) in two lists.

    `rungs` are (label of a model, id, role that hears next). What a member left behind is for the heads of
    their unit, or where it has none for those of the agency.
    """
    from .access import held

    by_label, found = {}, []
    for label, subject, team in rungs:
        if team == Role.UNIT_SUPERVISOR:
            by_label.setdefault(label, set()).add(subject)
    heads = User.objects.in_role(Role.UNIT_SUPERVISOR).filter(organization_id=current.get())
    heads = list(heads.order_by("pk")) if by_label else []
    for label, subjects in by_label.items():
        model = apps.get_model(label)
        if model is User:
            found += _heads_of_members(heads, subjects)
            continue
        for head in heads:
            rows = model._base_manager.filter(held(model, head, "view"), pk__in=subjects)
            found += [(subject, head.pk) for subject in rows.values_list("pk", flat=True)]
    return {name: [row[n] for row in found] for n, name in enumerate(("headed", "head"))}


def _heads_of_members(heads, members):
    for member in User.objects.filter(pk__in=members):
        theirs = [head for head in heads if head.unit_id == member.unit_id]
        yield from ((member.pk, head.pk) for head in theirs or heads)


def walls_of(subjects):
    """(records, members) in two lists of equal length: who is walled from which of these records, or has said
    it themselves (`not_for` of a model).

    `subjects` are (label of a model, id) pairs; asked are only the few members who have a wall.
    """
    by_model, pairs = {}, []
    for label, subject in subjects:
        by_model.setdefault(label, []).append(subject)
    for label, ids in by_model.items():  # what somebody said is not told to themselves
        pairs += getattr(apps.get_model(label), "not_for", lambda keys: ())(ids)
    walled = {member for ask in _walled_members for member in ask()}
    for member in User.objects.filter(pk__in=walled) if walled else ():
        for label, ids in by_model.items():
            model = apps.get_model(label)
            wall = getattr(model, "behind_wall", lambda member: None)(member)
            if wall is not None:
                rows = model._base_manager.filter(wall, pk__in=ids)
                pairs += [(pk, member.pk) for pk in rows.values_list("pk", flat=True)]
    return [pk for pk, _ in pairs], [member for _, member in pairs]
