"""Which clocks a state of a private record runs. One page, no queries."""

from orgs.reminders import Clock
from orgs.roles import Role

LIVE = ("open", "active")


def case_clocks(case):
    mine = {"priority": case.priority, "owner": case.assigned_to_id, "team": Role.SUPERVISOR}
    if case.state in LIVE:
        yield Clock("no_contact", case.last_contact_at or case.opened_at, **mine)
    if case.state != "closed":
        yield Clock("confirm_plan", case.plan_verified_at or case.opened_at, **mine)
    if case.state != "closed" and case.assigned_to_id is None:  # nobody's: the supervisors hear
        yield Clock("accept_assignment", case.assigned_at, priority=case.priority, team=Role.SUPERVISOR)
    if case.state == "closure_requested":
        yield Clock("review_closure", case.changed_at, priority=case.priority, team=Role.SUPERVISOR)


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


def release_clocks(release):
    if release.state == "active":
        yield Clock("release_ends", release.expires_at, owner=release.case.assigned_to_id)
