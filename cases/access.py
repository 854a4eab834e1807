"""Who may do what to an organization's private records. One page, no queries; nothing else decides.

Walls win over everything here: `behind_wall` of each model excludes what a member is walled from.
"""

from orgs.access import role, user
from orgs.roles import Role

ADVOCATE_ON_CASE = (
    "view",
    "activate",
    "hold",
    "extend",
    "resume",
    "request_closure",
    "log",
    "hand_off",
    "restrict",
    "assign",
    "record_death",
)
SUPERVISOR_ON_CASE = (
    *ADVOCATE_ON_CASE,
    "refuse_closure",
    "close",
    "reopen",
    "take_back_death",
    "merge",
    "place_hold",
    "lift_hold",
    "receipt",
)
ON_FOLLOWUP = ("view", "complete", "reschedule", "cancel", "reopen")
ON_REPORT = ("view", "record_oral", "write", "send_written", "tell_person", "print")
ON_OTIP = ("view", "write", "send", "ask_again", "answer", "print")
ON_CERTIFICATION = ("view", "ask", "ask_again", "sign", "deny", "withdraw")
ON_DEADLINE = ("view", "meet", "reopen")
ON_COURTDATE = ("view", "reschedule", "conclude", "call_off", "reopen")
ON_GOAL = ("view", "revise", "review", "reach", "reach_partly", "let_go", "reopen")
ON_RELEASE = (
    "view",
    "edit",
    "discuss",
    "sign",
    "refuse",
    "revoke",
    "supersede",
    "shorten",
    "discard",
    "disclose",
    "print",
    "open_paper",
)
ON_DEMAND = ("view", "print", "name_case", "notify", "name_counsel", "narrow", "object", "move_to_quash",
             "win_quash", "lose_quash", "comply", "withdraw")  # fmt: skip
ON_BREACH = ("view", "gather", "tell", "contain", "evidence", "export", "request_closure", "refuse_closure",
             "close", "reopen")  # fmt: skip

# Whoever stands in for an advocate who is away does what cannot wait, and gives nothing away.
COVER_ON_CASE = ("view", "activate", "resume", "log", "restrict", "record_death", "take_up")
ON_PURGE = ("view", "open_names", "keep", "propose", "approve", "withdraw", "certify")


def covering(record, *verbs):
    """For whoever stands in on a case or an intake, until whoever has it is back; it ends by itself."""
    return user(record.covered_by_id, *verbs, until=record.covered_until)


def case_grants(case):
    yield user(case.assigned_to_id, *ADVOCATE_ON_CASE, "take_up")
    yield covering(case, *COVER_ON_CASE)
    yield role(Role.SUPERVISOR, *SUPERVISOR_ON_CASE)


def assignment_grants(assignment):
    """The one who is asked answers; those who asked see what is unanswered and can ask another."""
    yield user(assignment.assignee_id, "view", "accept", "decline")
    yield user(assignment.assigned_by_id, "view", "supersede")
    yield role(Role.SUPERVISOR, "view", "supersede")


def followup_grants(followup):
    yield user(followup.owner_id, *ON_FOLLOWUP)
    yield covering(followup.case, *ON_FOLLOWUP)
    yield role(Role.SUPERVISOR, *ON_FOLLOWUP)


def release_grants(release):
    """Withdrawal is for anyone on staff to take down (R20); everything else for those who work the case.

    Only what was signed can be taken back, so that nobody else learns of a draft or of a no.
    """
    yield user(release.case.assigned_to_id, *ON_RELEASE)
    yield covering(release.case, *ON_RELEASE)
    yield role(Role.SUPERVISOR, *ON_RELEASE)
    if release.state in ("active", "revoked", "superseded"):
        yield role(Role.ADVOCATE, "view", "revoke")
        yield role(Role.INTAKE_WORKER, "view", "revoke")


def mandatedreport_grants(report):
    """Whoever works the case makes the report; that none is required a supervisor decides (R29)."""
    return _suspicion(report, ON_REPORT)


def otiprequest_grants(request):
    return _suspicion(request, ON_OTIP)


def _suspicion(duty, moves):
    yield user(duty.owner_id, *moves)
    yield covering(duty.place, *moves)
    yield role(Role.SUPERVISOR, *moves, "excuse", "reopen")
    if duty.case_id is None and duty.owner_id is None:  # of an intake that nobody has: the desk's
        yield role(Role.INTAKE_WORKER, *moves)


def certification_grants(certification):
    yield user(certification.owner_id, *ON_CERTIFICATION)
    yield covering(certification.case, *ON_CERTIFICATION)
    yield role(Role.SUPERVISOR, *ON_CERTIFICATION)


def deadline_grants(deadline):
    yield user(deadline.owner_id, *ON_DEADLINE)
    yield covering(deadline.case, *ON_DEADLINE)
    yield role(Role.SUPERVISOR, *ON_DEADLINE, "excuse")


def courtdate_grants(date):
    yield user(date.owner_id, *ON_COURTDATE)
    yield covering(date.case, *ON_COURTDATE)
    yield role(Role.SUPERVISOR, *ON_COURTDATE)


def goal_grants(goal):
    yield user(goal.owner_id, *ON_GOAL)
    yield covering(goal.case, *ON_GOAL)
    yield role(Role.SUPERVISOR, *ON_GOAL)


def purge_grants(purge):
    """Supervisors, of helpers and of referrers; that it takes two of them is the move's own guard."""
    yield role(Role.SUPERVISOR if purge.organization.helps else Role.UNIT_SUPERVISOR, *ON_PURGE)


def breakglass_grants(use):
    """Whoever opened it, the supervisors, and whoever has the record that was opened (R32)."""
    yield user(use.opened_by_id, "view", "end")
    yield user(use.holder_id, "view")
    yield role(Role.SUPERVISOR, "view", "end", "review")


def breach_grants(breach):
    """Those who answer for the house, whatever its kind. No person is named in it (R43)."""
    for name in breach.answered_by:
        yield role(name, *ON_BREACH)


def coachingnote_grants(note):
    """The supervisors, less the one whom it is about (`behind_wall`); no advocate reads of another's work."""
    yield role(Role.SUPERVISOR, "view", "add_to")


def demand_grants(demand):
    """Supervisors work it; the advocate of its case reads along. Nobody else learns that it came (R28)."""
    yield role(Role.SUPERVISOR, *ON_DEMAND)
    if demand.case_id:
        yield user(demand.case.assigned_to_id, "view", "print")
        yield covering(demand.case, "view", "print")


def absence_grants(absence):
    """A supervisor decides. Who is away and who covers, all who work here may know; nobody else (R6)."""
    yield user(absence.user_id, "view", "withdraw", "end")
    yield user(absence.cover_id, "view", "confirm")
    yield role(Role.SUPERVISOR, "view", "direct", "refuse", "change", "end")
    if absence.state == "standing":
        yield role(Role.ADVOCATE, "view")
        yield role(Role.INTAKE_WORKER, "view")
