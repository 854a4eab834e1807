"""The duties of the law, the court dates and the goals, many at once: beside a case, in an advocate's day,
before a supervisor.

Nothing here opens what is sealed: what a duty is and when it is due are codes and moments.
"""

from datetime import datetime
from typing import NamedTuple

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse

from cases.before_a_case import suspicions
from cases.duty_words import next_act, what_it_is
from orgs import clock
from orgs.words import exactly


class _Models:
    """The models of duties, asked for when they are there: cases need this page, and duties need cases."""

    def __init__(self, *names):
        self.names = names

    def __iter__(self):
        return (apps.get_model("cases", name) for name in self.names)


OF_THE_LAW = _Models("MandatedReport", "OtipRequest", "Certification", "Deadline")
LISTED = _Models(*OF_THE_LAW.names, "CourtDate")
DUTIES = _Models(*LISTED.names, "Goal")
SHOWN_OF = {  # more columns of the row beside a case
    "courtdate": ("court", "at", "goes_along", "outcome"),
    "goal": ("words", "progress", "reason"),
}


class Running(NamedTuple):
    """One duty in a list: `noun` is its model's name, `kind` its code, `told` what a report has said."""

    noun: str
    pk: object
    kind: str
    state: str
    since: datetime
    due: datetime | None
    case_number: str = ""
    owner: str = ""

    @property
    def url(self):
        return reverse(f"view_{self.noun}", args=[self.pk])

    @property
    def what(self):
        return what_it_is(self.noun, self.kind)

    @property
    def standing(self):
        return apps.get_model("cases", self.noun).STATES[self.state]

    @property
    def exact(self):
        """When it is due, in full: a court date is no matter of "in 3 days"."""
        return exactly(self.due) if self.due else ""

    @property
    def act(self):
        """(label, address) of what comes next, or None."""
        if not self.due:
            return None
        verb, label = next_act(self.noun, self.state, due=self.due)
        return label, reverse(f"{verb}_{self.noun}", args=[self.pk])


def _kind(model):
    return F("kind") if any(field.name == "kind" for field in model._meta.fields) else Value("")


def duties_beside():
    """Annotations for `Case`: the duties of each model, the first to run out first, as rows of JSON."""
    beside = {}
    for model in DUTIES:
        rows = model.objects.filter(case=OuterRef("pk")).order_by(F("due_at").asc(nulls_last=True), "id")
        more = {name: name for name in SHOWN_OF.get(model._meta.model_name, ())}
        row = JSONObject(pk="pk", kind=_kind(model), state="state", since="since", due="due_at", **more)
        beside[f"duty_{model._meta.model_name}"] = ArraySubquery(rows.values(row=row)[:20])
    return beside


def of_case(case):
    """The duties of the law of a row with `duties_beside`: what runs out first on top, what is over below."""
    found = []
    for model in OF_THE_LAW:
        noun = model._meta.model_name
        for row in getattr(case, f"duty_{noun}"):
            due = row["due"] and datetime.fromisoformat(row["due"])
            since = datetime.fromisoformat(row["since"])
            found.append(Running(noun, row["pk"], row["kind"], row["state"], since, due, case.number))
    return sorted(found, key=lambda duty: (duty.due is None, duty.due or duty.since))


def count_of(case):
    """How many run on a case; one query."""
    return _union(model.objects.running().filter(case=case).values_list("pk") for model in DUTIES).count()


def running_on(case):
    """What runs on one case, the first to run out first; one query."""
    parts = (listed(model.objects.running().filter(case=case)) for model in DUTIES)
    return [Running(*row) for row in _union(parts).order_by("due_at")]


def begun_at(intake, member):
    """The duties that were begun at an intake or are about its person, of those that wait for no case, and
    that this member may see, the newest first; one query."""
    here = Q(person=intake.person_id) | Q(intake_number=intake.number)
    parts = (listed(model.objects.visible_to(member).filter(here)) for model in suspicions())
    return [Running(*row) for row in _union(parts).order_by("-since")]


def without_a_hand(member):
    """The duties of closed cases, and of intakes, that are this member's; the others go with their case."""
    for model in DUTIES:
        mine = model.objects.filter(organization_id=member.organization_id, owner=member)
        yield from mine.filter(Q(case=None) | Q(case__state="closed")).select_for_update(of=("self",))


def _union(parts):
    first, *rest = (part.order_by() for part in parts)
    return first.union(*rest, all=True)


def visible(member, model):
    """The rows of one model that run and that this member may see (walls and grants)."""
    seen = model.objects.visible_to(member).filter(organization_id=member.organization_id)
    return seen.filter(due_at__isnull=False)


COLUMNS = ("pk", "what_kind", "state", "since", "due_at", "of_number", "owner__name")


def _number(model):
    """The number of the record at which a duty was begun: of a case, or of an intake before there is one."""
    known = any(field.name == "intake_number" for field in model._meta.fields)
    return Coalesce("case__number", "intake_number") if known else F("case__number")


def listed(rows, *columns):
    """A queryset of one model as the columns of `Running`, fit for a union."""
    noun = Value(rows.model._meta.model_name, CharField())
    named = rows.annotate(noun=noun, what_kind=_kind(rows.model), of_number=_number(rows.model)).order_by()
    return named.values_list("noun", *(columns or COLUMNS))


def everything_that_runs(member, limit):
    """For a supervisor: the duties and court dates of the organization that run, the first to run out first,
    and the goals whose day has passed. One query."""
    goals = visible(member, apps.get_model("cases", "Goal")).filter(due_at__lte=clock.now())
    rows = _union(listed(rows) for rows in (*(visible(member, model) for model in LISTED), goals))
    return [Running(*row) for row in rows.order_by("due_at")[: limit + 1]]
