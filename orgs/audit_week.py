"""One week of the audit: what stands out in it for one reader, in as many questions for any week (C16, R42).

Every figure is of the lines that this reader may see: what a wall keeps from them is in no count, and the
page is the same as if it were not there.
"""

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Avg, Count, Max, Min, Q
from django.db.models.functions import ExtractIsoWeekDay, TruncDate, TruncHour, TruncTime, TruncWeek

from . import audit_search
from .calendar import ISLANDS, is_business_day
from .findings import BEFORE, COUNTED, KINDS, OPENS, Finding, stands_out, usual
from .models import DutyChange, DutyShift, User

MOST = 20  # records that many have opened, at most so many a week


class Week(NamedTuple):
    """A week on the islands, by its Monday."""

    first: date

    @classmethod
    def of(cls, moment):
        """The week in which an aware moment lies."""
        day = moment.astimezone(ISLANDS).date()
        return cls(day - timedelta(days=day.weekday()))

    @property
    def last(self):
        return self.first + timedelta(days=6)

    @property
    def starts(self):
        return datetime.combine(self.first, time(), ISLANDS)

    @property
    def ends(self):
        """The first moment after it."""
        return self.after(1).starts

    def after(self, weeks):
        return Week(self.first + timedelta(weeks=weeks))


def findings(reader, week):
    """What stands out in a week, as `Finding`s in the order of their kinds, the largest first."""
    ours, since = reader.organization_id, week.after(-BEFORE)
    lines = audit_search.lines_for(reader).order_by()
    lines = lines.filter(
        sequence__gte=audit_search.first_since(ours, since.starts),
        sequence__lt=audit_search.first_since(ours, week.ends),
    )
    lines = lines.annotate(week=TruncWeek("at", tzinfo=ISLANDS))
    people = {str(one.pk): one for one in User.objects.filter(organization_id=ours)}
    figures = defaultdict(Counter)  # {(kind, member): {Monday: count}}
    days, verbs = {}, defaultdict(set)
    _members(lines, week, figures, days)
    _verbs(lines, week, figures, verbs)
    _hours(lines, week, figures, reader.organization.calendar())
    found = []
    for (kind, member), counts in figures.items():
        count = counts.pop(week.first, 0)
        usually = usual(counts.values())
        if not stands_out(kind, count, usually):
            continue
        who = people.get(member)
        found.append(
            Finding(
                kind,
                count,
                usually,
                member if who else "",
                who.name if who else "",
                who.role if who else "",
                days=days.get((kind, member), 0),
                verbs=tuple(sorted(verbs[kind, member])),
            )
        )
    found += _records(lines, week)
    order = list(KINDS)
    return sorted(found, key=lambda one: (order.index(one.kind), -one.count, one.name, one.record))


def _members(lines, week, figures, days):
    """How many records each member opened in each week, and how many of them by their role alone."""
    opened = Q(verb__in=OPENS, outcome="done") & ~Q(subject_label="")
    by_role = opened & Q(permission__endswith=" by role")
    rows = lines.filter(opened).exclude(actor_id=None).values("actor_id", "week")
    rows = rows.annotate(
        many=Count("subject_label", distinct=True),
        many_days=Count(TruncDate("at", tzinfo=ISLANDS), distinct=True),
        beyond=Count("subject_label", filter=by_role, distinct=True),
        beyond_days=Count(TruncDate("at", tzinfo=ISLANDS), filter=by_role, distinct=True),
    )
    for row in rows:
        member, monday = str(row["actor_id"]), row["week"].date()
        for kind in ("many", "beyond"):
            figures[kind, member][monday] += row[kind]
            if monday == week.first:
                days[kind, member] = row[f"{kind}_days"]


def _verbs(lines, week, figures, verbs):
    """How often each member did what is counted, and was turned away, in each week."""
    asked = lines.filter(Q(outcome="denied") | Q(verb__in=COUNTED))
    for row in asked.values("actor_id", "verb", "outcome", "week").annotate(times=Count("id")):
        member, monday = str(row["actor_id"] or ""), row["week"].date()
        if row["outcome"] == "denied":
            kinds = ["denied"] if member else []
        else:
            kinds = [code for code, kind in KINDS.items() if row["verb"] in kind.verbs]
            kinds = [code for code in kinds if (code == "system") == (not member)]
        for kind in kinds:
            figures[kind, member][monday] += row["times"]
            if monday == week.first:
                verbs[kind, member].add(row["verb"])


def _hours(lines, week, figures, calendar):
    """How often each member looked at a record while the desk was closed and they were on no shift.

    On the islands' clocks, and by the organization's own hours; by the hour, and where a shift covers the
    first and the last look of one, it is no finding.
    """
    first = week.after(-BEFORE).first
    off = [first + timedelta(days=day) for day in range(7 * (BEFORE + 1))]
    off = [day for day in off if day.weekday() < 5 and not is_business_day(day, calendar)]
    shut = Q(weekday__gte=6) | Q(day__in=off)
    if calendar.desk_open != calendar.desk_close:
        shut |= Q(clock__lt=calendar.desk_open) | Q(clock__gte=calendar.desk_close)
    rows = lines.filter(verb__in=OPENS, outcome="done").exclude(Q(actor_id=None) | Q(subject_label=""))
    rows = rows.annotate(
        weekday=ExtractIsoWeekDay("at", tzinfo=ISLANDS),
        day=TruncDate("at", tzinfo=ISLANDS),
        clock=TruncTime("at", tzinfo=ISLANDS),
    ).filter(shut)
    rows = rows.values("actor_id", hour=TruncHour("at", tzinfo=ISLANDS))
    shifts = defaultdict(list)
    for shift in DutyShift.objects.all():
        shifts[shift.user_id].append(shift)
    for change in DutyChange.objects.exclude(user=None):
        shifts[change.user_id].append(change)
    for row in rows.annotate(times=Count("id"), since=Min("at"), until=Max("at")):
        mine = shifts[row["actor_id"]]
        on = any(shift.covers(row["since"]) for shift in mine)
        if not (on and any(shift.covers(row["until"]) for shift in mine)):
            figures["hours", str(row["actor_id"])][Week.of(row["hour"]).first] += row["times"]


def _records(lines, week):
    """Records that unusually many members opened, against what is usual for a record here."""
    opened = lines.filter(verb__in=OPENS, outcome="done").exclude(Q(actor_id=None) | Q(subject_label=""))
    readers = Count("actor_id", distinct=True)
    before = opened.filter(at__lt=week.starts).values("subject_label", "week").annotate(readers=readers)
    usually = round(before.aggregate(usual=Avg("readers"))["usual"] or 0)
    rows = opened.filter(at__gte=week.starts).values("subject_label").annotate(readers=readers)
    rows = rows.filter(readers__gte=KINDS["record"].floor).order_by("-readers", "subject_label")[:MOST]
    for row in rows:
        if stands_out("record", row["readers"], usually):
            yield Finding("record", row["readers"], usually, record=row["subject_label"])
