"""What the page of a handoff says: facts for both sides, the moments so far, what the reader may do."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs import codes
from orgs.words import exactly
from referrals import handover
from referrals.models.handing import UNDER_RELEASE
from referrals.wording import reason_in_words, shared_facts, state_in_words


def signed_facts(release, used):
    """What the person signed, as facts; `used` are the lines of the ledger under it, newest first."""
    if release is None:
        return []
    methods = codes.load("cases", "signature_methods")
    categories = codes.load("cases", "release_categories")
    facts = [
        (_("To whom"), release.addressee),
        (_("What"), "; ".join(str(categories.label(code)) for code in release.categories)),
        (_("Why"), release.purpose),
        (_("Until"), exactly(release.expires_at)),
        (
            _("Signed"),
            methods.label(release.signature_method) if release.signature_method else _("not signed"),
        ),
        (_("Witness"), release.witness.name if release.witness else ""),
        (_("Used"), _used(used)),
    ]
    return [fact for fact in facts if fact[1]]


def _used(used):
    if not used:
        return _("Not yet")
    times = ngettext("Once", "%(n)d times", len(used)) % {"n": len(used)}
    return _("%(times)s, last on %(day)s") % {"times": times, "day": exactly(used[0].at)}


def page_of(handoff, user):
    """The facts of the page for the reader's side; the sender's half is opened on the sender's side alone."""
    side = handoff.side_of(user.organization_id)
    context = {
        "handoff": handoff,
        "side": side,
        "other": handoff.receiver if side == "sender" else handoff.organization,
        "other_contact": handoff.receiver_contact if side == "sender" else handoff.sender_contact,
        "state": state_in_words(handoff),
        "facts": shared_facts(handoff),
        "responsible": handoff.receiver
        if handoff.responsible_id == handoff.receiver_id
        else handoff.organization,
        "reason": reason_in_words(handoff.state, handoff.reason),
        "call_waits": handoff.call_waits_for(user.organization_id),
        "call_passed": handoff.call_has_passed,
    }
    if side == "sender":
        context |= _own_half(handoff, user)
    elif handoff.identified:
        context["facts"] = [*context["facts"], (_("The file opens for"), handoff.addressee)]
    if side == "receiver" and handoff.accepted_at and handoff.identified:
        context["case"] = handoff.own_file().case
    return context


def _own_half(handoff, user):
    file = handoff.own_file()
    beyond, opens = handoff.goes_further() if handoff.identified else ([], True)
    categories = codes.load("cases", "release_categories")
    before = handoff.state in ("draft", "supervisor_review", "returned")
    release = file.release
    if release:
        used = list(release.disclosures.order_by("-at")[:9])
    return {
        "case": file.case,
        "because": file.returned_because,
        "sent": shared_facts(handoff)
        + handover.said(file.content, release.categories if release and before else None),
        "release": release,
        "signed": signed_facts(release, used) if release else [],
        "beyond": [(item, categories.label(item.category)) for item in beyond] if before else [],
        "release_open": opens or not before,
        "plan_older": handoff.state == "supervisor_review" and handoff.plan_is_older,
        "mark": handoff.mark if handoff.state == "supervisor_review" else "",
        "untold": file.plan_changed_at if handoff.standing in UNDER_RELEASE else None,
        "own_work": handoff.is_work_of(user),
        "drafted_by": handoff.drafted_by,
        "returns_to": handoff.sender_advocate,
        "reviewing": handoff.state == "supervisor_review" and "offer" in handoff.may,
    }


def moments(handoff):
    """What happened so far as (when, what), oldest first; both sides read the same."""
    receiver, sender = handoff.receiver.name, handoff.organization.name
    told = [
        (handoff.offered_at, _("Offered to %(receiver)s") % {"receiver": receiver}),
        (handoff.acknowledged_at, _("Read by %(receiver)s") % {"receiver": receiver}),
        (handoff.accepted_at, _("Accepted by %(receiver)s") % {"receiver": receiver}),
        (handoff.call_agreed_at, _("Agreed when the two advocates speak")),
        (handoff.sender_confirmed_at, _("Confirmed by %(sender)s") % {"sender": sender}),
        (handoff.receiver_confirmed_at, _("Confirmed by %(receiver)s") % {"receiver": receiver}),
        (handoff.connected_at, _("Connected: %(receiver)s is responsible") % {"receiver": receiver}),
        (handoff.ended_at, state_in_words(handoff) if handoff.ended_at else ""),
    ]
    return sorted((when, what) for when, what in told if when)


class Action:
    """A button: `form` when pressing it asks for more first."""

    def __init__(self, handoff, verb, label, *, form=False, quiet=False, stop=False):
        self.url = reverse(f"{verb}_handoff", args=[handoff.reference])
        self.verb, self.label, self.form, self.quiet, self.stop = verb, label, form, quiet, stop


def actions(handoff, user, context):
    """What the reader may do now, the main thing first; what only its page can do (review) is not here."""
    sender = context["side"] == "sender"
    confirmed = handoff.sender_confirmed_at if sender else handoff.receiver_confirmed_at
    offered = {
        "submit": (_("Send for review"), {}),
        "open_snapshot": (_("Open the file"), {"form": True}),
        "acknowledge": (_("Acknowledge"), {}),
        "accept": (_("Accept…"), {"form": True}) if handoff.identified else (_("Yes, there is a place"), {}),
        "agree_call": (_("Agree to the call"), {}),
        "answer_recall": (_("Say what becomes of your case…"), {"form": True}),
        "tell_plan": (_("I have called them: they know"), {}),
        "confirm": (_("Confirm that they are connected"), {}),
        "propose_call": (
            _("Propose another time…") if handoff.call_at else _("Propose a call…"),
            {"form": True, "quiet": not handoff.call_has_passed},
        ),
        "complete": (_("Completed"), {}),
        "redraft": (_("Draft again"), {}),
        "put_away": (_("Put away"), {"quiet": True}),
        "edit": (_("Change…"), {"form": True, "quiet": True}),
        "decline": (_("Decline…"), {"form": True, "quiet": True}),
        "pass_on": (_("Pass on to a colleague…"), {"form": True, "quiet": True}),
        "recall": (_("Take it back…"), {"form": True, "quiet": True}),
        "discard": (_("Discard"), {"quiet": True}),
    }
    for verb, (label, how) in offered.items():
        asks, permission = ("put_away", "put_away") if verb == "redraft" else (verb, verb)
        if permission not in handoff.may or handoff.state not in handoff.MOVES[asks][0]:
            continue
        if handoff.standing != handoff.state and verb not in ("recall",):
            continue  # the release is over: only taking it back is left
        if asks == "put_away" and (
            handoff.put_away_at or (handoff.state == "accepted" and handoff.identified)
        ):
            continue
        if verb == "pass_on" and not (sender or handoff.accepted_at):
            continue
        if verb == "answer_recall" and not handoff.recall_unanswered:
            continue
        if verb == "tell_plan" and not context["untold"]:
            continue
        if verb == "agree_call" and handoff.call_has_passed:
            continue
        if verb == "propose_call" and not handoff.identified:
            continue
        if verb == "confirm" and (confirmed or not handoff.identified):
            continue
        if verb in ("open_snapshot", "accept") and not sender and not handoff.opens_for(user):
            continue
        if verb == "open_snapshot" and (sender or not handoff.identified or handoff.release_has_ended):
            continue
        yield Action(handoff, verb, label, **how)
