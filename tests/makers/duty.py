"""Duties of the law in each of their states, for tests; everybody here is invented.

Call them inside `with world.acting(member):` of the member whose case it is.
"""

from datetime import timedelta

from cases.models import Certification, CourtDate, Deadline, Goal, MandatedReport, OtipRequest
from orgs import clock
from tests.makers.case import active_release

REPORT_FACTS = {
    "called": "Little Wren",
    "age": 9,
    "where": "With a neighbor in Frederiksted",
    "concerns": ["physical", "neglect"],
    "relation": "household",
    "danger": "soon",
}
OTIP_FACTS = {"called": "Wren", "age": 15, "country": "Dominican Republic", "island": "STX", "concern": "sex"}


def a_report(case, member, state="open", hours=0, **more):
    """A mandated report, suspected so many hours ago."""
    said = {"kind": "child_abuse", "about": "child", "since": clock.now() - timedelta(hours=hours), **more}
    report = MandatedReport.begin(case, actor=member, **said)
    if state in ("oral_made", "written_sent"):
        by_voice(report, member)
    if state == "written_sent":
        report.write(actor=member, **REPORT_FACTS)
        report.send_written(actor=member, at=clock.now(), way="fax")
    return report


def by_voice(report, member, **more):
    said = {"at": clock.now(), "to": "dhs", "taken_by": "Ms. Intake", "override": "no_release", **more}
    report.record_oral(actor=member, **said)


def a_request(case, member, state="open", hours=0):
    """A request to HHS, suspected so many hours ago."""
    request = OtipRequest.begin(case, actor=member, since=clock.now() - timedelta(hours=hours))
    if state in ("sent", "answered"):
        request.write(actor=member, **OTIP_FACTS)
        request.send(actor=member, at=clock.now(), way="portal")
    if state == "answered":
        request.answer("eligibility", actor=member, letter_on=clock.today(), reference="L-1")
    return request


def a_certification(case, member, agency, state="planned", kind="t"):
    """A certification asked of an agency, with the release that it needs."""
    made = Certification.begin(case, agency, actor=member, kind=kind)
    if state in ("asked", "signed", "denied"):
        active_release(case, agency, member, categories=["IMMIG_CERT"])
        made.ask(actor=member)
    day = clock.today()
    if state == "signed":
        made.sign(day, actor=member)
    elif state == "denied":
        made.deny(day, "no_reason", actor=member)
    elif state == "withdrawn":
        made.withdraw(actor=member)
    return made


def a_deadline(case, member, state="running", what="violence_report", hours=1):
    """The copy of a domestic violence report, taken so many hours ago."""
    [deadline, *_] = Deadline.begin(case, actor=member, what=what, since=clock.now() - timedelta(hours=hours))
    if state == "met":
        deadline.meet(actor=member)
    return deadline


def a_court_date(case, member, state="set", **said):
    """A hearing on a restraining order in ten days, with somebody of us."""
    known = {"kind": "restraining", "court": "superior_stx", "at": clock.now() + timedelta(days=10)}
    known |= {"goes_along": True, "note": "Room 2, by the side door"}
    date = CourtDate.begin(case, actor=member, **known | said)
    if state == "done":
        date.conclude("cancelled", actor=member)
    elif state == "called_off":
        date.call_off("dropped", actor=member)
    return date


def a_goal(case, member, state="set", **said):
    """A place of one's own, looked at again by the organization's setting."""
    known = {"kind": "housing", "words": "A door that I can lock, near the school"}
    goal = Goal.begin(case, actor=member, **known | said)
    if state == "reached":
        goal.reach(actor=member)
    elif state == "partly":
        goal.reach_partly(actor=member)
    elif state == "let_go":
        goal.let_go("choice", actor=member)
    return goal
