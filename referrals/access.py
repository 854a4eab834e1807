"""Who may do what to what arrives and what leaves. One page; nothing else decides. No queries, but for who
stands in on one side of a handoff.

Where two organizations meet, each side's grants are its own (`of`), and neither sees the other's.
"""

from cases.access import covering
from orgs.access import role, unit, user
from orgs.roles import Role

DRAFT = ("view", "edit", "discard", "send")
REFERRER = ("view", "write", "answer", "recall", "mark_error")
HEAD = (*REFERRER, "hand_on")
ON_QUESTION = ("view", "answer")  # and of the packet no more than the question
DESK_ON_PACKET = ("view", "acknowledge", "ask", "write", "reroute", "fail")
DESK_ON_INTAKE = ("view", "check_conflict", "triage", "assign", "hand_back", "plan", "link_case",
                  "find_duplicate", "find_invalid", "find_ineligible", "find_unsafe",
                  "refer_out", "mark_officer")  # fmt: skip
OPEN_INTAKE = ("new", "triaged", "assigned", "outreach", "engaged")
ADVOCATE_ON_INTAKE = ("view", "check_conflict", "hand_back", "plan", "begin_outreach", "reach_out", "engage",
                      "open_case", "link_case", "decline_services", "find_unsafe", "find_ineligible",
                      "refer_out", "mark_officer")  # fmt: skip
COVER_ON_INTAKE = ("view", "check_conflict", "plan", "begin_outreach", "reach_out", "engage", "find_unsafe",
                   "mark_officer", "take_up")  # fmt: skip
SUPERVISOR_ON_INTAKE = tuple(dict.fromkeys((*DESK_ON_INTAKE, *ADVOCATE_ON_INTAKE, "give_up", "reopen",
                                            "lift_mark", "show_heads", "hide_heads", "receipt")))  # fmt: skip
DESK_ON_INQUIRY = ("view", "acknowledge", "refuse")
ON_READ_INQUIRY = ("view", "answer", "put_by", "end")
SENDER = ("view", "edit", "discard", "submit", "recall", "propose_call", "confirm", "connect", "put_away",
          "tell_plan")  # fmt: skip
REVIEWER = ("view", "return", "offer", "recall", "put_away", "pass_on", "tell_plan")
DESK_ON_HANDOFF = ("view", "acknowledge", "decline")
READER = ("view", "acknowledge", "accept", "decline", "open_snapshot")
RECEIVING_ADVOCATE = ("view", "propose_call", "confirm", "connect", "complete", "answer_recall")


def referral_grants(referral):
    mine, theirs = referral.organization_id, referral.receiver_id
    if referral.state == "draft":
        yield user(referral.referrer_id, *DRAFT, of=mine)
        if not referral.referrer.is_active:  # begun by somebody who has left: the heads send it or discard it
            heads = referral.unit_id and unit(referral.unit_id, *DRAFT, of=mine)
            yield heads or role(Role.UNIT_SUPERVISOR, *DRAFT, of=mine)
        return
    if referral.state == "discarded":
        return
    yield user(referral.referrer_id, *REFERRER, of=mine)
    yield user(referral.answerer_id, "view", of=mine)
    yield user(referral.answers_now_id, "view", "write", "answer", of=mine)
    if referral.unit_id:
        yield unit(referral.unit_id, *HEAD, of=mine)
    asked = referral.state == "information_requested"
    if referral.climbed_at and asked:  # nobody of the unit has answered, or it has no head
        yield role(Role.UNIT_SUPERVISOR, *ON_QUESTION, of=mine)
    if theirs and referral.sent_at:
        for desk in (Role.INTAKE_WORKER, Role.SUPERVISOR):
            yield role(desk, *DESK_ON_PACKET, of=theirs)


def intake_grants(intake):
    """Who was asked may look, and answers the question; the intake itself moves for whoever accepted.

    Once there is a case, it belongs to whoever has the case. No verb starts from an end but a supervisor's
    `reopen`; who is late with another is told so.
    """
    yield role(Role.INTAKE_WORKER, *DESK_ON_INTAKE)
    yield role(Role.SUPERVISOR, *SUPERVISOR_ON_INTAKE)
    yield user(intake.asked_id, "view", "take_on", "pass_on", "keep")
    works = intake.case or intake
    yield user(works.assigned_to_id, *ADVOCATE_ON_INTAKE, "take_up")
    yield covering(works, *COVER_ON_INTAKE)


def intake_assignment_grants(assignment):
    yield user(assignment.assignee_id, "view", "accept", "decline")
    for desk in (Role.INTAKE_WORKER, Role.SUPERVISOR):
        yield role(desk, "view", "supersede")


def caseloadmove_grants(move):
    """Every supervisor: whoever moved it may be away when it is looked at again."""
    yield role(Role.SUPERVISOR, "view", "undo")


def shiftnote_grants(note):
    """The desk: whoever comes on is one of them."""
    for desk in (Role.INTAKE_WORKER, Role.SUPERVISOR):
        yield role(desk, "view", "take")


def inquiry_grants(inquiry):
    """The desk reads it; once it is somebody's, they answer, and so does whoever stands in for them."""
    yield role(Role.INTAKE_WORKER, *DESK_ON_INQUIRY, *ON_READ_INQUIRY)
    yield role(Role.SUPERVISOR, *DESK_ON_INQUIRY, *ON_READ_INQUIRY, "restore", "reopen")
    if works := inquiry.works:
        yield user(works.assigned_to_id, *ON_READ_INQUIRY)
        yield covering(works, *ON_READ_INQUIRY)


def senderword_grants(word):
    """Whoever works the intake, or the case it became, and the desk."""
    for desk in (Role.INTAKE_WORKER, Role.SUPERVISOR):
        yield role(desk, "view", "read")
    if word.worked:
        yield user(word.worked.assigned_to_id, "view", "read")
        yield covering(word.worked, "view", "read")


def handoff_grants(handoff):
    """The file opens for whom the release names: one person by grant, a unit's members at its door.

    The desk always answers that it is offered. Whoever stands in on our case does on our side of it what the
    one who is away could do; that is asked for, because the other side must not know who is away (R6).
    """
    mine, theirs = handoff.organization_id, handoff.receiver_id
    if handoff.state == "discarded":
        return
    yield role(Role.SUPERVISOR, *REVIEWER, of=mine)
    cover, until = handoff.cover_here or (None, None)
    for member, ends in ((handoff.sender_advocate_id, None), (cover, until)):
        yield from sender_grants(handoff, member, ends)
    if handoff.offered_at:
        named = handoff.reader_id
        for desk in (Role.INTAKE_WORKER, Role.SUPERVISOR):
            yield role(desk, *(DESK_ON_HANDOFF if named else READER), of=theirs)
        yield role(Role.SUPERVISOR, "pass_on", "answer_recall", of=theirs)
        yield user(named, *READER, of=theirs)
        for member, ends in ((handoff.receiver_advocate_id, None), (cover, until)):
            yield from receiving_grants(handoff, member, ends)


def sender_grants(handoff, member, until):
    mine = {"of": handoff.organization_id, "until": until}
    yield user(member, *SENDER, **mine)
    if handoff.offered_at and handoff.call_waits_for(handoff.organization_id):
        yield user(member, "agree_call", **mine)


def receiving_grants(handoff, member, until):
    """What was released to one person opens for nobody who stands in (R18)."""
    theirs = {"of": handoff.receiver_id, "until": until}
    yield user(member, *RECEIVING_ADVOCATE, **theirs)
    if not handoff.reader_id:
        yield user(member, "open_snapshot", **theirs)
    if handoff.call_waits_for(handoff.receiver_id):
        yield user(member, "agree_call", **theirs)
