"""What the page of an intake shows: facts, the gate, the moves that are open, and what happened."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from cases import duties
from cases.models import Case
from orgs import clock, codes, words
from orgs.models import AuditLine
from orgs.roles import DESK
from referrals import words_since
from referrals.models import Inquiry
from referrals.models.intake_moves import WENT_WRONG, WITH_SOMEBODY

LATEST = 60


@dataclass
class Action:
    """One verb that is open now; `form` says whether it asks for more."""

    label: str
    url: str
    form: bool = True
    quiet: bool = True


@dataclass
class Gate:
    """What stands in the way of the next step, why, and what opens it."""

    title: str
    why: str
    url: str = ""
    label: str = ""


@dataclass
class Event:
    at: datetime
    what: str
    who: str = ""
    text: str = ""


def state_words(intake):
    """Where an intake stands, in words."""
    name = intake.assigned_to.name if intake.assigned_to else ""
    asked = _("%(name)s was asked") % {"name": intake.asked.name} if intake.asked else ""
    said = {
        "new": _("To be triaged"),
        "triaged": asked or _("Triaged, nobody has it"),
        "assigned": _("With %(name)s, not yet reached") % {"name": name},
        "outreach": _("Being reached by %(name)s") % {"name": name}
        if name
        else _("Being reached, nobody has it"),
        "engaged": _("In touch with %(name)s") % {"name": name} if name else _("In touch, nobody has it"),
        "case_opened": _("A case was opened"),
        "linked_to_case": _("Joined to a case that was there"),
    }
    if intake.state in said:
        return said[intake.state]
    return str(codes.load("referrals", "intake_end_reasons").label(intake.state))


def page_of(intake, member):
    """The context of the page of one intake, which comes with `due_at` and `written`: see `intake.PAGES`."""
    person, plan = intake.person, intake.person.plan
    attempts = list(person.attempts.select_related("by")[:LATEST])
    packet = intake.packet if intake.referral_id else None
    return {
        "intake": intake,
        "person": person,
        "plan": plan,
        "packet": packet,
        "reads_packet": member.role in DESK,  # an advocate has what was written below "What is known"
        "state": state_words(intake),
        "priority": codes.load("referrals", "priority").label(intake.priority),
        "known": known(intake, packet, plan),
        "due_at": intake.due_at if intake.state in ("new", "triaged", "assigned") else None,
        "words": words_since.of_intake(intake, member) if intake.written else (),
        "gate": gate(intake, plan, attempts[0] if attempts else None),
        "offer": offered_to(intake, member),
        "duties": duties.begun_at(intake, member),
        "may_be_minor": person.is_minor(clock.now()) is not False,
        "case_url": case_url(intake, member),
        "actions": actions(intake, plan),
        "ways_out": ways_out(intake),
        "plan_moves": plan_moves(intake, plan),
        "letter": letter_of(intake),
        "events": events(intake, attempts),
        "attempts_words": attempts_words(intake),
    }


def offered_to(intake, member):
    """The question that waits for this reader's answer, or None."""
    if intake.asked_id != member.pk:
        return None
    return intake.assignments.waiting_for(member).select_related("assigned_by").first()


def case_url(intake, member):
    """Where the case is, for one who may open it."""
    if not intake.case_id or not Case.objects.visible_to(member).filter(pk=intake.case_id).exists():
        return ""
    return intake.case.get_absolute_url()


def known(intake, packet, plan):
    """What is known of the person and how it came, without what is empty."""
    person = intake.person
    languages, ages = codes.load("orgs", "languages"), codes.load("referrals", "age_groups")
    language = str(languages.label(person.language)) if person.language else ""
    if person.interpreter:
        language = _("%(language)s, interpreter needed") % {"language": language}
    facts = [
        (_("Name to use"), person.called),
        (_("Own name"), person.name if person.alias else ""),
        (_("Phone"), words.phone(person.phone)),
        (_("Never do"), "" if plan else intake.content.get("never", "")),
        (_("Age"), ages.label(person.age_group) if person.age_group else ""),
        (_("Language"), language),
        (_("Help is needed on"), codes.load("orgs", "islands").label(intake.island)),
        (_("Kind of crime"), kinds(packet)),
        (_("Note"), intake.summary),
        (_("Came by"), came_by(intake)),
    ]
    return [(label, value) for label, value in facts if value]


def came_by(intake):
    """How it came: by a referral, by a letter from the public page, or else."""
    if intake.referral_id:
        return _("a referral")
    return _("a letter from the public page") if letter_of(intake) else _("phone or in person")


def letter_of(intake):
    """The letter from the public page that it came by, or None; asked once."""
    if not hasattr(intake, "came_by_letter"):
        letters = Inquiry.objects.filter(organization_id=intake.organization_id, intake=intake)
        intake.came_by_letter = None if intake.referral_id else letters.first()
    return intake.came_by_letter


def kinds(packet):
    table = codes.load("cases", "victimization")
    return "; ".join(str(table.label(code)) for code in packet.victimizations) if packet else ""


def attempts_words(intake):
    return ngettext("%(n)d attempt so far", "%(n)d attempts so far", intake.attempts) % {"n": intake.attempts}


def gate(intake, plan, last=None):
    """The one thing that stands in the way of the next step, or None; `last` is the latest attempt."""
    may, url = intake.may, lambda verb: reverse(f"{verb}_intake", args=[intake.number])
    if intake.state == "new":
        opens = (url("triage"), _("Check and triage…")) if "triage" in may else ("", "")
        why = _("Before anybody works with this, someone asks whether anyone here is too near to it.")
        return Gate(_("First the conflict check"), why, *opens)
    if intake.state == "triaged" and intake.asked_id:
        why = _("Nobody is responsible by being asked. The clock runs on until they accept.")
        return Gate(_("%(name)s has not answered") % {"name": intake.asked.name}, why)
    if intake.is_open and not intake.assigned_to_id and not intake.asked_id:
        opens = (url("assign"), _("Ask an advocate…")) if "assign" in may else ("", "")
        return Gate(
            _("It needs an advocate"), _("Nobody tries to reach the person before one accepts."), *opens
        )
    if intake.state in WITH_SOMEBODY and not (plan and plan.is_verified):
        return plan_gate(intake, plan, url, last)
    return None


def plan_gate(intake, plan, url, last=None):
    """Why no contact is possible (R37), and what opens it."""
    if plan is None:
        title, why = _("No safe-contact plan"), _("Nobody tries to reach them before there is one.")
        label = _("Make a plan…")
    elif plan.verified_at:
        title = _("The plan was last confirmed %(ago)s") % {"ago": ago(plan.verified_at)}
        why = _("After 30 days it must be confirmed with the person again. No contact until then.")
        label = _("Look at it and confirm…")
    elif last and last.outcome in WENT_WRONG and last.at <= plan.made_at:
        title = _("The plan must be confirmed again")
        outcome = codes.load("cases", "contact_outcomes").label(last.outcome)
        why = _("The last try: %(outcome)s. No contact until someone has thought about it.") % {
            "outcome": outcome
        }
        label = _("Look at it and confirm…")
    else:
        title = _("The plan is not confirmed")
        why = _("No contact until the person, or someone who is with them, has confirmed it.")
        label = _("Look at it and confirm…")
    opens = (url("plan"), label) if "plan" in intake.may else ("", "")
    return Gate(title, why, *opens)


def ago(moment):
    from orgs.clock import now

    return words.in_words(moment, now(), "ago")


OPEN = {
    # verb: (label, whether it asks for more, whether it is quiet)
    "reach_out": (later("Log an attempt…"), True, False),
    "engage": (later("They are in touch with us…"), True, True),
    "open_case": (later("Open a case"), False, False),
    "assign": (later("Ask an advocate…"), True, True),
    "hand_back": (later("Give it back to the desk…"), True, True),
    "check_conflict": (later("Someone is too near to this…"), True, True),
    "reopen": (later("Begin again"), False, False),
}
OUT = {
    "link_case": later("There is a case already…"),
    "find_duplicate": later("The same as another intake…"),
    "decline_services": later("They do not want services now…"),
    "give_up": later("Could not be reached…"),
    "find_unsafe": later("Not safe to make contact…"),
    "find_ineligible": later("Not for our services…"),
    "refer_out": later("Another service fits better…"),
    "find_invalid": later("Not a real referral…"),
}


def is_open(intake, verb):
    return verb in intake.may and intake.state in intake.MOVES[verb][0]


def actions(intake, plan):
    """The verbs that lead on, for this reader, from this state."""
    safe = bool(plan and plan.is_verified)
    made = []
    for verb, (label, form, quiet) in OPEN.items():
        hidden = (
            (verb == "reach_out" and not safe)
            or (verb == "assign" and intake.state == "triaged" and not intake.asked_id)
            or (verb == "hand_back" and not (intake.assigned_to_id or intake.asked_id))
            or (verb == "check_conflict" and intake.state == "new")
        )
        if is_open(intake, verb) and not hidden:
            made.append(Action(label, reverse(f"{verb}_intake", args=[intake.number]), form, quiet))
    return made


def ways_out(intake):
    """The ways in which it can end for this reader now; giving up only after enough safe attempts."""
    enough = intake.attempts >= intake.organization.safe_attempts
    return [
        Action(label, reverse(f"{verb}_intake", args=[intake.number]))
        for verb, label in OUT.items()
        if is_open(intake, verb) and (verb != "give_up" or enough)
    ]


def plan_moves(intake, plan):
    if "plan" not in intake.may or not intake.is_open:
        return []
    url = reverse("plan_intake", args=[intake.number])
    return [Action(_("The safe-contact plan…") if plan else _("Make a safe-contact plan…"), url)]


SAID = {
    "receive": later("Came in, acknowledged"),
    "walk_in": later("Came in by phone or in person"),
    "check_conflict": later("Checked for conflicts"),
    "triage": later("Triaged"),
    "assign": later("An advocate was asked"),
    "take_on": later("Accepted"),
    "pass_on": later("Taken over"),
    "keep": later("The other one said no"),
    "take_up": later("Whoever it was given to has it"),
    "hand_back": later("Back at the desk"),
    "begin_outreach": later("Outreach begun"),
    "engage": later("In touch"),
    "open_case": later("Case opened"),
    "link_case": later("Joined to a case"),
    "decline_services": later("Services declined"),
    "give_up": later("Could not be reached"),
    "find_unsafe": later("Not safe to make contact"),
    "find_ineligible": later("Not for our services"),
    "refer_out": later("Referred to another service"),
    "find_duplicate": later("The same as another intake"),
    "carry_plan": later("The safe-contact plan of another intake of theirs was added to the plan"),
    "find_invalid": later("Not a real referral"),
    "reopen": later("Begun again"),
    "mark_officer": later("The officer who filed is marked as the one who harms"),
    "lift_mark": later("That mark was taken away"),
    "show_heads": later("The heads of the officer’s unit may see the packet move"),
    "hide_heads": later("They no longer may"),
}


def events(intake, attempts):
    """What happened, the newest first: the moves as the audit has them, and each try to reach the person."""
    outcomes, methods = codes.load("cases", "contact_outcomes"), codes.load("cases", "contact_methods")
    lines = AuditLine.objects.filter(
        organization_id=intake.organization_id, subject_id=intake.pk, verb__in=SAID, outcome="done"
    ).order_by("-sequence")[:LATEST]
    reasons = codes.load("referrals", "intake_reasons")
    happened = [
        Event(
            line.at, str(SAID[line.verb]), line.actor_name, str(reasons.label(line.details.get("reason", "")))
        )
        for line in lines
    ]
    for attempt in attempts:
        came = _("They were in touch") if attempt.incoming else outcomes.label(attempt.outcome)
        what = f"{methods.label(attempt.way)}: {came}"
        happened.append(Event(attempt.at, what, attempt.by.name, attempt.note))
    return sorted(happened, key=lambda event: event.at, reverse=True)
