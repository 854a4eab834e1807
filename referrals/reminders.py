"""Which clocks a state of a packet, an intake or a handoff runs, and on which side. One page.

No queries, but for what each side of a handoff keeps to itself, and whether whoever was given a question can
still answer it.
"""

from cases.reminders import handed_clocks
from orgs.reminders import Clock
from orgs.roles import Role


def referral_clocks(referral):
    if referral.state == "delivered":
        yield Clock(
            "acknowledge_referral",
            referral.delivered_at,
            priority=referral.priority,
            team=Role.INTAKE_WORKER,
            of=referral.receiver_id,
        )
    if referral.state == "information_requested":
        yield Clock(
            "answer_information_request",
            referral.asked_at,
            priority=referral.priority,
            owner=referral.who_answers(),
            team=Role.UNIT_SUPERVISOR,
        )


def caseloadmove_clocks(move):
    """None: what it moved has clocks of its own, until each is taken up."""
    return ()


def shiftnote_clocks(note):
    """Whoever is on hears first, the supervisors where nobody is."""
    if note.state == "left":
        yield Clock("take_shiftnote", note.left_at, team=Role.INTAKE_WORKER)


def inquiry_clocks(inquiry):
    """Until somebody has read it, and from then on while something that they wrote waits for an answer."""
    mine = {"priority": inquiry.priority, "team": Role.INTAKE_WORKER}
    if inquiry.state == "waiting":
        yield Clock("acknowledge_inquiry", inquiry.waits_since, **mine)
    if inquiry.state == "acknowledged" and inquiry.asked_at:
        works = inquiry.works
        mine |= {"priority": works.priority, "owner": works.assigned_to_id}
        yield Clock("answer_inquiry", inquiry.asked_at, **mine)


def senderword_clocks(word):
    """Whoever works it hears at once, the desk where nobody does; a further word is told again, and what is
    unread is due when it was."""
    if word.state == "waits":
        yield Clock(
            "read_senderword",
            word.latest_at,
            priority=word.priority,
            due_at=word.due_at,
            owner=word.owner_id,
            team=Role.INTAKE_WORKER,
        )


def intake_clocks(intake):
    yield from handed_clocks(intake, intake.state in ("assigned", "outreach", "engaged"))
    if intake.person_died:  # nobody is left to be reached (R33)
        return
    mine = {"priority": intake.priority, "owner": intake.assigned_to_id, "team": Role.INTAKE_WORKER}
    if intake.state in ("new", "triaged", "assigned"):
        yield Clock("first_outreach", intake.waits_since, **mine)
    if intake.state in ("outreach", "engaged"):
        yield Clock("no_contact", intake.last_attempt_at or intake.outreach_at, **mine)


def handoff_clocks(handoff):
    mine, theirs = handoff.organization_id, handoff.receiver_id
    yield from plan_clocks(handoff)
    if handoff.recall_unanswered:
        yield Clock(
            "answer_recall",
            handoff.ended_at,
            priority=handoff.priority,
            owner=handoff.receiver_advocate_id,
            of=theirs,
        )
    match handoff.state:
        case "supervisor_review":
            yield Clock("review_handoff", handoff.submitted_at, priority=handoff.priority)
        case "returned":
            yield Clock(
                "revise_handoff",
                handoff.returned_at,
                priority=handoff.priority,
                owner=handoff.sender_advocate_id,
            )
        case "offered":
            yield Clock(
                "acknowledge_handoff",
                handoff.offered_at,
                priority=handoff.priority,
                team=Role.INTAKE_WORKER,
                of=theirs,
            )
        case "acknowledged":
            yield Clock(
                "accept_handoff",
                handoff.acknowledged_at,
                priority=handoff.priority,
                owner=handoff.reader_id or handoff.acknowledged_by_id,
                of=theirs,
            )
        case "accepted" if handoff.identified:
            for side, owner in ((mine, handoff.sender_advocate_id), (theirs, handoff.receiver_advocate_id)):
                yield Clock(
                    "connect_handoff", handoff.accepted_at, priority=handoff.priority, owner=owner, of=side
                )
                yield from call_clocks(handoff, side, owner)
        case "connected":
            yield Clock(
                "complete_handoff",
                handoff.connected_at,
                priority=handoff.priority,
                owner=handoff.receiver_advocate_id,
                of=theirs,
            )
        case "declined" | "recalled" | "accepted" if not handoff.put_away_at:  # an answer to look at
            yield Clock(
                "revise_handoff",
                handoff.ended_at or handoff.accepted_at,
                priority=handoff.priority,
                owner=handoff.sender_advocate_id,
            )


def plan_clocks(handoff):
    """The receiver holds an older plan, until somebody called them; the sender's half alone knows."""
    if handoff.state in ("offered", "acknowledged", "accepted") and handoff.plan_changed_at:
        yield Clock(
            "tell_plan",
            handoff.plan_changed_at,
            priority=handoff.priority,
            owner=handoff.sender_advocate_id,
        )


def call_clocks(handoff, side, owner):
    """The call before the person goes: an answer from the side that was asked, then a reminder to both."""
    mine = {"priority": handoff.priority, "owner": owner, "of": side}
    if handoff.call_agreed_at:
        yield Clock("call_handoff", handoff.call_agreed_at, due_at=handoff.call_at, **mine)
    elif handoff.call_waits_for(side):
        yield Clock("answer_call", handoff.call_asked_at, before=handoff.call_at, **mine)
