"""Which clocks a state of a private record runs. One page, no queries."""

from datetime import timedelta

from cases.breach_clocks import TOLD
from cases.duty_words import morning_of
from orgs import codes
from orgs.reminders import Clock
from orgs.roles import Role
from orgs.words import local

LIVE = ("open", "active")
TIME_TO_LOOK = timedelta(hours=1)  # for whoever covers somebody who is away already


def case_clocks(case):
    mine = {"priority": case.priority, "owner": case.assigned_to_id, "team": Role.SUPERVISOR}
    if case.state in LIVE and not case.person_died:
        yield Clock("no_contact", case.last_contact_at or case.opened_at, **mine)
    if case.state != "closed" and not case.person_died:  # nobody is reached any more (R33)
        yield Clock("confirm_plan", case.plan_verified_at or case.opened_at, **mine)
    if case.state != "closed" and case.assigned_to_id is None:  # nobody's: the supervisors hear
        yield Clock("accept_assignment", case.assigned_at, priority=case.priority, team=Role.SUPERVISOR)
    yield from handed_clocks(case, case.state != "closed")
    if case.state == "on_hold":  # nothing sleeps for ever: somebody looks on the day that was said
        yield Clock("review_rest", case.rests_since, due_at=case.rests_until, **mine)
    if case.state == "closure_requested":
        yield Clock("review_closure", case.changed_at, priority=case.priority, team=Role.SUPERVISOR)
    if case.legal_hold:  # it never ends by itself: somebody looks again
        yield Clock("review_hold", case.hold_review_at, due_at=case.hold_review_at, team=Role.SUPERVISOR)


def handed_clocks(record, is_open):
    """Until whoever was given a case or an intake, without being asked, says that they have it."""
    if is_open and record.handed_at:
        yield Clock(
            "take_up_work",
            record.handed_at,
            priority=record.priority,
            owner=record.assigned_to_id,
            team=Role.SUPERVISOR,
        )


def assignment_clocks(assignment):
    if assignment.state == "offered":
        yield Clock(
            "accept_assignment",
            assignment.offered_at,
            priority=assignment.priority,
            owner=assignment.assignee_id,
        )


def followup_clocks(followup):
    if followup.state == "scheduled":
        yield Clock(
            "follow_up",
            followup.due_at,
            priority=followup.priority,
            due_at=followup.due_at,
            owner=followup.owner_id,
        )


def absence_clocks(absence):
    """Until a supervisor has decided, while nobody can cover whoever is away, and until whoever does has said
    that they know."""
    soon = absence.starts_at - absence.proposed_at < timedelta(days=2)
    since = absence.proposed_at if absence.state == "proposed" else absence.without_cover_since
    if absence.state in ("proposed", "standing") and since:
        yield Clock(
            "cover_absence",
            since,
            priority="high_risk" if soon or absence.state == "standing" else "standard",
            team=Role.SUPERVISOR,
        )
    if absence.waits_for_cover:  # at once to whoever covers; from the first hour on to the supervisors
        yield Clock(
            "know_cover",
            absence.cover_asked_at,
            priority="high_risk" if soon else "standard",
            due_at=max(absence.starts_at, absence.cover_asked_at + TIME_TO_LOOK),
            owner=absence.cover_id,
        )


def release_clocks(release):
    if release.state == "active":
        yield Clock("release_ends", release.expires_at, owner=release.case.assigned_to_id)


def mandatedreport_clocks(report):
    """By voice at once, in writing in 48 hours, counted from the suspicion (R29)."""
    whose = _who_suspects(report)
    if report.state == "open":
        yield Clock("report_abuse_orally", report.since, due_at=report.oral_due_at, **whose)
    if report.state in ("open", "oral_made"):
        yield Clock("report_abuse", report.since, due_at=report.written_due_at, **whose)
    if report.state == "written_sent" and report.due_at:
        yield Clock("tell_of_report", report.written_at, due_at=report.due_at, **whose)


def otiprequest_clocks(request):
    whose = _who_suspects(request)
    if request.state == "open":
        yield Clock("request_otip", request.since, due_at=request.send_by, **whose)
    elif request.due_at:  # no letter yet, or one that ends
        yield Clock("follow_up", request.sent_at, due_at=request.due_at, **whose)


def _who_suspects(duty):
    """Whoever has its case or its intake; of an intake that nobody has the desk hears."""
    at_the_desk = duty.case_id is None and duty.owner_id is None
    return {"owner": duty.owner_id, **({"team": Role.INTAKE_WORKER} if at_the_desk else {})}


def certification_clocks(certification):
    if certification.due_at:
        due_at, owner = certification.due_at, certification.owner_id
        yield Clock("answer_certification", certification.since, due_at=due_at, owner=owner)


def deadline_clocks(deadline):
    if deadline.due_at:
        name = codes.load("cases", "deadline_kinds")[deadline.kind].extra["clock"]
        yield Clock(name, deadline.since, due_at=deadline.due_at, owner=deadline.owner_id)


def courtdate_clocks(date):
    """Whoever has the case hears before the day; after it the ladder asks what came of it, until they say."""
    if date.state == "set":
        yield Clock("court_date", date.at, due_at=date.at, owner=date.owner_id)
        yield Clock("court_outcome", date.at, owner=date.owner_id)


def goal_clocks(goal):
    """From the morning of the day on which it is looked at again, until somebody has looked."""
    if goal.due_at:
        morning = morning_of(local(goal.due_at).date())
        yield Clock("review_goal", goal.since, due_at=morning, owner=goal.owner_id)


def purge_clocks(purge):
    team = Role.SUPERVISOR if purge.organization.helps else Role.UNIT_SUPERVISOR
    if purge.state in ("listed", "proposed"):
        yield Clock("review_purge", purge.proposed_at or purge.listed_at, team=team)


def breakglass_clocks(use):
    """Asks the supervisors, and then goes on asking, until one of them has reviewed it (R32)."""
    if use.state != "reviewed":
        yield Clock("review_breakglass", use.opened_at, team=Role.SUPERVISOR)


def breach_clocks(breach):
    """Each of the three runs until it says that everybody was told, at any hour of the day (R43)."""
    if breach.state == "closed":
        return
    for told in TOLD:
        if not getattr(breach, f"{told.code}_told_at"):
            due_at = getattr(breach, f"{told.code}_due_at")
            yield Clock(told.clock, breach.known_at, priority="crisis", due_at=due_at)
    if breach.state == "closure_requested":
        yield Clock("close_breach", breach.changed_at)


def demand_clocks(demand):
    """At once until counsel is named or it is refused; seven days, two days before it must be answered, on
    the day, and then daily until it is (R28)."""
    if demand.ended_at is None:
        if not demand.counsel_at:
            urgent = "crisis" if demand.kind == "warrant" else "standard"
            yield Clock("take_up_demand", demand.received_at, team=Role.SUPERVISOR, priority=urgent)
        yield Clock("answer_demand", demand.due_at, team=Role.SUPERVISOR)


def coachingnote_clocks(note):
    """None: what is said of a colleague's work is due to nobody."""
    return ()
