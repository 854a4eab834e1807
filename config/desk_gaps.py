"""The hours to come in which nobody is on at the desk, for a page that asks for them with its other figures.

What they are made from travels as one row beside the counts of the navigation, so that a supervisor's pages
ask no more questions than others; what stands in it is read by `orgs.rota` like what it asks for itself.
"""

import json
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, OuterRef, TextField, Value
from django.db.models.functions import Cast, JSONObject

from cases.models import Absence
from orgs import duty, rota
from orgs.clock import Now
from orgs.models import DutyChange, DutyShift, Organization, User

FACTS = -1  # stands for the count in the row that is none
BACK, ON = timedelta(days=3), timedelta(days=rota.AHEAD + 3)  # more than is looked at, in any time zone
OF_MEMBER = ("pk", "name", "role", "is_active", "leaves_at", "kept_since", "last_login", "joined_at",
             "readmitted_at")  # fmt: skip
MOMENTS = OF_MEMBER[4:]


def question(user):
    """The row, with three columns, for the organization of a supervisor."""
    ours = {"organization_id": OuterRef("pk")}
    member = {f"user__{name}": f"user__{name}" for name in OF_MEMBER}
    hours = {"starts": "starts", "ends": "ends", **member}
    shifts = DutyShift.objects.filter(**ours).order_by("weekday", "starts")
    changes = DutyChange.objects.filter(
        **ours, day__gte=Cast(Now() - BACK, DateField()), day__lte=Cast(Now() + ON, DateField())
    ).order_by("day", "starts", "id")
    absences = Absence.objects.filter(**ours).standing().filter(ends_at__gt=Now(), starts_at__lt=Now() + ON)
    facts = JSONObject(
        shifts=ArraySubquery(shifts.values(all=JSONObject(weekday="weekday", **hours))),
        changes=ArraySubquery(
            changes.values(all=JSONObject(day="day", instead_of_id="instead_of_id", **hours))
        ),
        absent=ArraySubquery(
            absences.order_by().values(all=JSONObject(user="user_id", since="starts_at", until="ends_at"))
        ),
    )
    rows = Organization.objects.filter(pk=user.organization_id).order_by()
    return rows.annotate(facts=Cast(facts, TextField()), n=Value(FACTS), late=Value(0)).values_list(
        "facts", "n", "late"
    )


def hours(facts):
    """For how many of the hours to come nobody is on, from the text of the row; 0 of none."""
    if not facts:
        return 0
    known = json.loads(facts)
    shifts = [DutyShift(weekday=row["weekday"], **_hours(row)) for row in known["shifts"]]
    changes = [
        DutyChange(
            day=date.fromisoformat(row["day"]), instead_of_id=_key(row["instead_of_id"]), **_hours(row)
        )
        for row in known["changes"]
    ]
    absent = [(_key(row["user"]), _moment(row["since"]), _moment(row["until"])) for row in known["absent"]]
    return duty.hours_without(rota.ahead(shifts, changes, absent))


def _hours(row):
    return {
        "starts": time.fromisoformat(row["starts"]),
        "ends": time.fromisoformat(row["ends"]),
        "user": _member(row),
    }


def _member(row):
    known = {name: row[f"user__{name}"] for name in OF_MEMBER}
    if known["pk"] is None:  # nobody is on instead
        return None
    known |= {name: _moment(known[name]) for name in MOMENTS}
    return User(**known | {"pk": _key(known["pk"])})


def _key(text):
    return text and UUID(text)


def _moment(text):
    return text and datetime.fromisoformat(text)
