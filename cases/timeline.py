"""What happened in a case, newest first, from all its tables in one query.

Pages are cut between moments and never inside one: what was written in one transaction (an attempt, its note,
its services) has one time and stays together. An addendum stands below the note that it adds to.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import BinaryField, CharField, F, Q, Value, When
from django.db.models import Case as Choice
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import (
    Case,
    CaseAssignment,
    ContactAttempt,
    CourtDate,
    FollowUp,
    Goal,
    GoalLook,
    Note,
    Release,
    Service,
)
from orgs import codes
from orgs.models import AuditLine

PAGE = 20
READ = 120  # rows looked at for a page; several rows make one moment

MOVES = {
    "create": gettext_lazy("Case opened"),
    "hold": gettext_lazy("Put on hold"),
    "extend": gettext_lazy("On hold for longer"),
    "resume": gettext_lazy("Work went on"),
    "take_up": gettext_lazy("Whoever it was given to has it"),
    "request_closure": gettext_lazy("Closure asked for"),
    "refuse_closure": gettext_lazy("Closure refused; work goes on"),
    "close": gettext_lazy("Case closed"),
    "reopen": gettext_lazy("Case opened again"),
    "record_death": gettext_lazy("It was written down that the person died"),
    "take_back_death": gettext_lazy("The death was taken back: a mistake"),
    "restrict": gettext_lazy("Who may see it was changed"),
    "carry_plan": gettext_lazy("The safe-contact plan of an intake of theirs was added to the plan"),
    "place_hold": gettext_lazy("A legal hold was placed, or goes on"),
    "lift_hold": gettext_lazy("The legal hold was lifted"),
}


_beside = {}  # kind: the rows of a room above


def beside(kind, rows, shape):
    """Let a room above this one show its moments in every case.

    `rows(case)` gives rows of `columns` of that `kind`, `shape(case, row)` the `Moment` of one.
    """
    _beside[kind], SHAPES[kind] = rows, shape


@dataclass
class Moment:
    """One entry: `what` happened, `text` of it, `who` did it; `notes` are (when, who, text) of addenda."""

    at: datetime
    what: str
    who: str = ""
    text: str = ""
    tags: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    note_id: object = None
    url: str = ""

    @property
    def line(self):
        """Who did it, how long it took, and the services given."""
        return " · ".join(filter(None, (self.who, *self.tags)))


def timeline(case, before=None):
    """One page of a case's moments, and the time before which the next page begins (None at the end)."""
    rows = list(_rows(case, before)[:READ])
    cut = len(rows) == READ
    moments, last = [], None
    for at in dict.fromkeys(row[0] for row in rows):
        if len(moments) >= PAGE:
            return moments, last
        group = [row for row in rows if row[0] == at]
        if cut and group[-1] is rows[-1] and moments:
            return moments, last
        moments += _moments(case, group)
        last = at
    return moments, last if cut else None


# One row: when it sorts, kind, id, when, who, about, code, figure, sealed.


def _rows(case, before):
    one = dict(case=case, organization=case.organization_id)
    here = dict(organization=case.organization_id)
    of_person = Q(person=case.person_id) | Q(person__merged_into=case.person_id)
    notes = columns(
        Note.objects.filter(**one),
        "note",
        sort=Coalesce("corrects__at", "at"),
        about=Coalesce("corrects_id", "attempt_id"),
        sealed="text",
    )
    parts = [
        columns(
            ContactAttempt.objects.filter(Q(case=case) | Q(case=None) & of_person, **here),
            "attempt",
            code="outcome",
            more="way",
            figure="minutes",
            sealed="note",
        ),
        columns(Service.objects.filter(**one), "service", about="attempt_id", code="code", figure="minutes"),
        columns(
            FollowUp.objects.filter(**one).exclude(ended_at=None),
            "followup",
            when="ended_at",
            who="ended_by__name",
            code="state",
            sealed="what",
        ),
        columns(
            CourtDate.objects.filter(**one),
            "court_set",
            when="begun_at",
            who="begun_by__name",
            code="kind",
            more="court",
        ),
        columns(
            CourtDate.objects.filter(**one).exclude(ended_at=None),
            "court_over",
            when="ended_at",
            who="ended_by__name",
            code="kind",
            more="outcome",
        ),
        columns(
            Goal.objects.filter(**one),
            "goal_set",
            when="begun_at",
            who="begun_by__name",
            code="kind",
            sealed="words",
        ),
        columns(GoalLook.objects.filter(**one), "goal_seen", code="goal__kind", more="progress"),
        columns(
            Goal.objects.filter(**one).exclude(ended_at=None),
            "goal_ended",
            when="ended_at",
            who="ended_by__name",
            about="reason",
            code="kind",
            more="state",
            sealed="words",
        ),
        columns(
            Release.objects.filter(**one).exclude(signed_at=None),
            "signed",
            when="signed_at",
            who="witness__name",
            code="recipient__name",
            more="recipient_unit",
        ),
        columns(
            Release.objects.filter(**one).exclude(ended_at=None),
            "ended",
            when="ended_at",
            who="ended_by__name",
            code="recipient__name",
            more="state",
        ),
        columns(
            CaseAssignment.objects.filter(**one, answered_at__gt=case.opened_at),
            "assignment",
            when="answered_at",
            who="assignee__name",
            about=Choice(When(directed=True, then=F("assigned_by__name")), default=Value("")),
            code="state",
            more="reason",
        ),
        columns(
            Case.objects.filter(pk=case.pk).annotate(verb=Value("create")),
            "move",
            when="opened_at",
            who="opened_by__name",
            code="verb",
        ),
        columns(
            AuditLine.objects.filter(
                organization=case.organization_id,
                subject_id=case.pk,
                verb__in=MOVES.keys() - {"create"},
                outcome="done",
            ),
            "move",
            who="actor_name",
            code="verb",
        ),
    ]
    parts += [rows(case) for rows in _beside.values()]
    parts = [_window(part, before) for part in (notes, *parts)]
    return parts[0].union(*parts[1:], all=True).order_by("-sorts", "-key")


def columns(rows, kind, *, when="at", who="by__name", sort=None, about=None, code=None, more=None,
            figure=None, sealed=None):  # fmt: skip
    """The same columns from every table; the sealed one is opened by the row it belongs to.

    Each is the name of a field, or an expression.
    """
    field = lambda name: F(name) if isinstance(name, str) else name  # noqa: E731
    text = lambda name: Cast(field(name) if name else Value(""), CharField())  # noqa: E731
    return rows.annotate(
        sorts=sort or field(when),
        shape=Value(kind),
        key=F("pk"),
        moment=field(when),
        name=Coalesce(text(who), Value("")),
        parent=text(about),
        first=text(code),
        second=text(more),
        amount=field(figure) if figure else Value(0),
        closed=F(sealed) if sealed else Cast(Value(None), BinaryField()),
    ).values_list("sorts", "shape", "key", "moment", "name", "parent", "first", "second", "amount", "closed")


def _window(rows, before):
    if before:
        rows = rows.filter(sorts__lt=before)
    return rows.order_by("-sorts", "-key")[:READ]


# From rows to moments.


def _opened(case, model, name, row):
    """The clear text of one sealed column."""
    sealed = row[9]
    if sealed is None:
        return ""
    return getattr(
        model.from_db(None, ["id", "organization_id", name], [row[2], case.organization_id, sealed]), name
    )


def _moments(case, group):
    """The moments of rows that share one time: services, notes and addenda are put where they belong."""
    by_id, found, hanging = {}, [], []
    for row in group:
        kind, key, parent = row[1], row[2], row[5]
        if kind in ("note", "service") and parent:
            hanging.append(row)
            continue
        moment = SHAPES[kind](case, row)
        by_id[str(key)] = moment
        found.append(moment)
    for row in sorted(hanging, key=lambda row: row[3]):
        _hang(case, row, by_id, found)
    return found


def _hang(case, row, by_id, found):
    _sorts, kind, key, at, who, parent, code, _more, _minutes, _sealed = row
    moment = by_id.get(parent)
    if moment is None:  # what it hangs on is not on this page: it is never left out for that
        by_id[str(key)] = SHAPES[kind](case, row)
        found.append(by_id[str(key)])
        return
    if kind == "service":
        moment.tags.append(_service(code))
        return
    text = _opened(case, Note, "text", row)
    by_id[str(key)] = moment
    if at == moment.at and not moment.text:
        moment.text, moment.note_id = text, key
    else:
        moment.notes.append((at, who, text))


def _service(code):
    """A service's label without the examples in brackets that the federal form adds."""
    return str(codes.load("cases", "services").label(code)).split(" (")[0]


def _minutes(number):
    return [_("%(n)d min") % {"n": number}] if number else []


def _note(case, row):
    return Moment(row[3], _("Note"), row[4], _opened(case, Note, "text", row), note_id=row[2])


def _attempt(case, row):
    outcome = codes.load("cases", "contact_outcomes").label(row[6])
    way = codes.load("cases", "contact_methods").label(row[7])
    text = _opened(case, ContactAttempt, "note", row)
    return Moment(row[3], f"{way}: {outcome}", row[4], text, _minutes(row[8]))


def _given(case, row):
    return Moment(row[3], _("Service given"), row[4], _service(row[6]), _minutes(row[8]))


def _followup(case, row):
    words = _("Done") if row[6] == "done" else _("Will not be done")
    return Moment(row[3], words, row[4], _opened(case, FollowUp, "what", row))


def _court_set(case, row):
    what, where = (
        codes.load("cases", "court_kinds").label(row[6]),
        codes.load("cases", "courts").label(row[7]),
    )
    return Moment(row[3], _("A court date was set"), row[4], f"{what} · {where}")


def _court_over(case, row):
    came = codes.load("cases", "court_outcomes").label(row[7])
    return Moment(row[3], f"{codes.load('cases', 'court_kinds').label(row[6])}: {came}", row[4])


def _goal_set(case, row):
    return Moment(row[3], _goal(_("A goal: %(kind)s"), row), row[4], _opened(case, Goal, "words", row))


def _goal_seen(case, row):
    far = codes.load("cases", "goal_progress").label(row[7])
    return Moment(row[3], _goal(_("Looked at a goal together: %(kind)s"), row), row[4], str(far))


def _goal_ended(case, row):
    words = {
        "reached": _("Goal reached: %(kind)s"),
        "partly": _("Goal reached in part: %(kind)s"),
        "let_go": _("Goal let go: %(kind)s"),
    }[row[7]]
    why = str(codes.load("cases", "goal_reasons").label(row[5])) if row[5] else ""
    return Moment(row[3], _goal(words, row), row[4], _opened(case, Goal, "words", row), [why] if why else [])


def _goal(words, row):
    return words % {"kind": codes.load("cases", "goal_kinds").label(row[6])}


def _signed(case, row):
    whom = ", ".join(filter(None, (row[7], row[6])))
    return Moment(row[3], _("Release signed"), row[4], _("To %(whom)s") % {"whom": whom}, url=row[2])


def _ended(case, row):
    words = {
        "revoked": _("Release taken back"),
        "refused": _("The person said no to a release"),
        "superseded": _("Release replaced"),
    }.get(row[7], _("Release put away"))
    return Moment(row[3], words, row[4], _("To %(whom)s") % {"whom": row[6]}, url=row[2])


def _assignment(case, row):
    if row[6] == "declined":
        told = row[7] and row[7] != "conflict"  # whom somebody knows is between them and the supervisors
        why = codes.load("cases", "assignment_decline_reasons").label(row[7]) if told else ""
        return Moment(row[3], _("Declined to take the case"), row[4], str(why))
    if row[5]:  # by a supervisor, unasked
        why = codes.load("cases", "assignment_reasons").label(row[7]) if row[7] else ""
        return Moment(row[3], _("Given the case by %(who)s") % {"who": row[5]}, row[4], str(why))
    return Moment(row[3], _("Took the case"), row[4])


def _move(case, row):
    return Moment(row[3], str(MOVES[row[6]]), row[4])


SHAPES = {
    "note": _note,
    "attempt": _attempt,
    "service": _given,
    "followup": _followup,
    "court_set": _court_set,
    "court_over": _court_over,
    "goal_set": _goal_set,
    "goal_seen": _goal_seen,
    "goal_ended": _goal_ended,
    "signed": _signed,
    "ended": _ended,
    "assignment": _assignment,
    "move": _move,
}
