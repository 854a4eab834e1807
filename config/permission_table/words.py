"""The kinds, states and people of the table in words."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "referral": _("Referral"),
    "intake": _("Intake"),
    "intakeassignment": _("Question to take an intake"),
    "inquiry": _("Letter from the public page"),
    "senderword": _("What the referrer wrote since"),
    "shiftnote": _("Note for the next shift"),
    "handoff": _("Handoff"),
    "case": _("Case"),
    "caseloadmove": _("Caseload that was moved"),
    "absence": _("Absence of a member"),
    "caseassignment": _("Question to take a case"),
    "followup": _("Follow-up"),
    "courtdate": _("Court date"),
    "goal": _("Goal of a person"),
    "coachingnote": _("Note on coaching"),
    "release": _("Release"),
    "mandatedreport": _("Mandated report"),
    "otiprequest": _("OTIP request"),
    "certification": _("Certification"),
    "deadline": _("Deadline"),
    "demand": _("Legal demand"),
    "breach": _("Breach"),
    "breakglass": _("Emergency opening"),
    "purge": _("Purge"),
    "member": _("Account of a member"),
    "invitation": _("Invitation"),
    "shift": _("Shift at the desk"),
    "dutychange": _("Day at the desk that is not as every week"),
    "campaign": _("Poster with a code"),
    "unit": _("Unit"),
}
# What organizations have that refer and do not serve; the rest is a service's own work.
KINDS_OF_REFERRERS = ("referral", "breach", "purge", "member", "invitation", "unit")

# States whose name alone would not say what is meant. The others read as they are.
STATES = {
    "walled": _("%(state)s, and a member is walled from the person"),
    "reassigned": _("%(state)s, and now with another advocate"),
    ("referral", "rerouted"): _("delivered to another service, sent on by the first"),
    ("referral", "group"): _("acknowledged, a notice about several people"),
    ("intake", "with_packet"): _("new, with a referral"),
    ("intake", "marked"): _("new, and its officer is marked"),
    ("intake", "heads_see"): _("new, marked, and the agency’s heads see the referral"),
    ("intake", "asked"): _("triaged, and an advocate is asked to take it"),
    ("intake", "given"): _("assigned, and given to another advocate unasked"),
    ("intake", "handed_on"): _("case opened, and the case is with another advocate"),
    ("intake", "duplicate_of"): _("found a duplicate"),
    ("intake", "invalid"): _("not a referral"),
    ("mandatedreport", "at_intake"): _("%(state)s, before there is a case"),
    ("otiprequest", "at_intake"): _("%(state)s, before there is a case"),
    ("senderword", "waits"): _("not read yet"),
    ("senderword", "of_case"): _("not read yet, and the case it became is with another advocate"),
    ("handoff", "call_proposed"): _("accepted, and the sender’s advocate has proposed a call"),
    ("handoff", "older_plan"): _("accepted, and the sender’s safe-contact plan has changed"),
    ("handoff", "taken_back"): _("recalled, after the other service had accepted it"),
    ("demand", "about_nobody"): _("received, and about no case here"),
    ("goal", "set"): _("worked toward"),
    ("goal", "partly"): _("reached in part"),
    ("coachingnote", "about_supervisor"): _("kept, and about another supervisor"),
    ("breach", "done"): _("open, and everybody is told"),
    ("member", "keyless"): _("waiting for keys"),
    ("unit", "empty"): _("with nobody in it"),
}

# What must be said beside the answers for a kind.
NOTES = {
    "intake": _(
        "But for the states that name a referral, these are intakes that somebody here wrote down. Where one"
        " came with a referral, its officer can be marked, and the mark lifted, in every state."
    ),
}

# Who plays a role for one record; for a kind where a role means something of its own, by both.
ROLES = {
    "officer": _("The officer who filed it"),
    "head": _("The supervisor of that officer’s unit"),
    "desk": _("The desk: intake workers and supervisors"),
    ("intake", "desk"): _("Intake workers"),
    "supervisor": _("Supervisors"),
    "advocate": _("The advocate who has the case"),
    ("inquiry", "desk"): _("Intake workers"),
    ("inquiry", "advocate"): _("The advocate who has the intake that it became"),
    ("intake", "advocate"): _("The advocate who has it"),
    ("senderword", "advocate"): _("The advocate who works it"),
    ("release", "staff"): _("Everybody else on staff"),
    ("absence", "staff"): _("Everybody else on staff"),
    "away": _("Who is away"),
    "cover": _("Who covers"),
    "asked": _("The advocate who is asked"),
    ("breach", "asked"): _("Who asked for the closure"),
    "answerable": _("Another one who answers for the organization"),
    "opener": _("Who opened it"),
    "their_desk": _("Intake workers of the receiving service"),
    "their_supervisor": _("Supervisors of the receiving service"),
    "their_advocate": _("The advocate of the receiving service who takes it"),
    ("handoff", "advocate"): _("The advocate whose case it is"),
    ("handoff", "supervisor"): _("Supervisors of the sending service"),
    "proposer": _("The supervisor who proposes it"),
    "other": _("Another supervisor"),
    "administrator": _("Administrators"),
}

# Everybody who plays no role for the record, by the name of `members`.
OTHERS = {
    "stx.advocate": _("advocates of the service"),
    "stx.colleague": _("advocates of the service"),
    "stx.intake_worker": _("intake workers of the service"),
    "stx.supervisor": _("supervisors of the service"),
    "stx.second_supervisor": _("supervisors of the service"),
    "stx.administrator": _("administrators of the service"),
    **dict.fromkeys(
        ("stt.intake_worker", "stt.advocate", "stt.colleague", "stt.supervisor", "stt.second_supervisor"),
        _("members of another service"),
    ),
    "stt.administrator": _("administrators of another service"),
    "vipd.officer": _("officers of the agency"),
    "vipd.partner": _("officers of the agency"),
    "vipd.unit_supervisor": _("unit supervisors of the agency"),
    "vipd.administrator": _("administrators of the agency"),
    "prosecution.system_advocate": _("system advocates of the prosecution"),
    "prosecution.administrator": _("administrators of the prosecution"),
    "council.oversight": _("oversight analysts"),
    "operator.operator": _("operators of the installation"),
}
OTHER = _("other %(who)s")
WALLED = _("the member who is walled from the person")


def state_in_words(kind, state, really):
    """A state of the table as a page says it; `really` is the state that the record then is in."""
    said = STATES.get((kind, state)) or STATES.get(state)
    if said is None:
        return state.replace("_", " ")
    return str(said) % {"state": really.replace("_", " ")} if "%(" in str(said) else str(said)


def role_in_words(kind, role):
    """Who plays this role for a record of this kind."""
    return str(ROLES.get((kind, role)) or ROLES[role])


def other_in_words(member, state, seen):
    """Somebody who plays no role for the record, as one of their kind; `seen` are those who play one."""
    if state == "walled" and member == "stx.second_supervisor":
        return str(WALLED)
    who = str(OTHERS[member])
    same = {name for name, said in OTHERS.items() if str(said) == who}
    return str(OTHER) % {"who": who} if same & seen else who
