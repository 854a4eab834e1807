"""The rota of the desk on paper, for the wall of the office: two weeks, who is on, and when nobody is."""

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from orgs import audit, clock, duty
from orgs.doors import for_roles
from orgs.paper import handed_over, pdf
from orgs.roles import Role
from orgs.rota import coming
from orgs.sign_in import step_up
from orgs.views.duty import shifts_of
from orgs.words import exactly


@require_GET
@for_roles(Role.ADMINISTRATOR, Role.SUPERVISOR, Role.INTAKE_WORKER)
@step_up
def print_duty_desk(request):
    """The next two weeks (PDF). It names members and nobody else."""
    shifts_of(request.user)  # where there is no desk there is no rota
    days = coming(request.user.organization_id)
    audit.viewed(request.user, None, "print_duty_desk")
    return handed_over(pdf(document_of(days, request.user, clock.now())))


def document_of(days, printed_by, now):
    """The rota of `orgs.duty.Day`s for `orgs.paper`; `printed_by` is a member, `now` aware."""
    house, without = printed_by.organization.name, duty.hours_without(days)
    said = _("In these two weeks somebody is always on.")
    if without:
        said = ngettext(
            "For one hour nobody is on: the supervisors hear what comes.",
            "For %(n)d hours nobody is on: the supervisors hear what comes.",
            without,
        ) % {"n": without}
    who = {"name": printed_by.name, "organization": house, "when": exactly(now)}
    return {
        "language": "en",
        "title": _("Duty desk"),
        "subtitle": f"{house} · {_day(days[0])} – {_day(days[-1])} · {_('St. Thomas time')}",
        "page": _("Page"),
        "foot": [
            _("Printed by %(name)s, %(organization)s, %(when)s") % who,
            _("It names those who work here: for the office alone."),
        ],
        "sections": [
            {
                "note": said,
                "table": {
                    "head": [_("Day"), _("Who is on"), _("Nobody")],
                    "shares": [2, 5, 2],
                    "rows": [_row(day) for day in days],
                    "marked": [n for n, day in enumerate(days) if not day.on],
                },
            }
        ],
    }


def _row(day):
    on = [f"{_hours(one)} {one.name}" for one in day.on]
    return [
        [_day(day), *filter(None, [str(day.holiday or "")])],
        [*(on or ["–"]), *(_change(change) for change in day.changes)],
        [_("all day") if gap.starts == gap.ends else _hours(gap) for gap in day.gaps] or [""],
    ]


def _day(day):
    return dateformat.format(day.date, "D j M Y")


def _hours(one):
    return f"{one.starts:%H:%M}–{one.ends:%H:%M}"


def _change(change):
    """What is not as every week: who is on instead of whom."""
    who, whose = (one.name if one else "" for one in (change.user, change.instead_of))
    if who and whose:
        said = _("%(who)s instead of %(whose)s") % {"who": who, "whose": whose}
    elif who:
        said = _("%(who)s besides") % {"who": who}
    else:
        said = _("nobody instead of %(whose)s") % {"whose": whose}
    return f"({said}, {_hours(change)})"
