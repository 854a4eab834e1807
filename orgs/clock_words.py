"""The clock table in words: what each clock is, and how long it runs."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .clocks import DEFAULT_CLOCKS, FIXED_RUNGS, PRIORITIES, clock_interval

CLOCK_NAMES = {
    "acknowledge_referral": _("Acknowledge a referral"),
    "acknowledge_inquiry": _("Read a letter from the public page"),
    "answer_inquiry": _("Answer a letter from the public page"),
    "accept_assignment": _("Accept an assignment"),
    "take_up_work": _("Take up what a supervisor gave to somebody"),
    "first_outreach": _("Reach out for the first time"),
    "answer_information_request": _("Answer a question about a packet"),
    "review_handoff": _("Review a handoff"),
    "acknowledge_handoff": _("Acknowledge a handoff"),
    "accept_handoff": _("Accept or decline a handoff"),
    "revise_handoff": _("Revise a returned handoff"),
    "connect_handoff": _("Confirm the connection of a handoff"),
    "answer_call": _("Agree to a call about a handoff, or propose another time"),
    "call_handoff": _("A call about a handoff past its time: each further reminder after"),
    "answer_recall": _("Say what becomes of a case after its handoff was taken back"),
    "tell_plan": _("Tell the other side that a safe-contact plan has changed"),
    "complete_handoff": _("Complete a handoff"),
    "review_closure": _("Review a closure"),
    "review_purge": _("Review what would be purged"),
    "review_hold": _("Legal hold past its review: each further reminder after"),
    "review_rest": _("A case on hold past its day: each further reminder after"),
    "review_breakglass": _("Review a record opened in an emergency"),
    "follow_up": _("Follow-up past its time: each further reminder after"),
    "confirm_plan": _("Confirm a safe-contact plan again"),
    "report_abuse_orally": _("Report abuse by voice (by law)"),
    "report_abuse": _("Report abuse in writing (by law)"),
    "tell_of_report": _("Tell the person that a report was made"),
    "request_otip": _("Request for a foreign-national minor (by law)"),
    "copy_domestic_violence_report": _("Copy of a domestic violence report (by law)"),
    "report_crime": _("Victim compensation: crime reported to the police (by law)"),
    "claim_compensation": _("Victim compensation: claim filed (by law)"),
    "claim_compensation_late": _("Victim compensation: last day for a late claim (by law)"),
    "review_goal": _("Look at a goal of a person again together"),
    "court_outcome": _("What came of a court date: asked after"),
    "answer_certification": _("T or U certification, Continued Presence: ask for an answer again"),
    "notify_grantor": _("Tell the grantor of a breach (by law)"),
    "notify_persons": _("Tell the persons of a breach (by law)"),
    "notify_territory": _("Tell the territory of a breach (by law)"),
    "close_breach": _("Close a breach, or refuse it"),
    "review_accounts": _("Look at every account again"),
    "take_up_demand": _("Take up a legal demand: counsel is named"),
    "cover_absence": _("Decide who covers somebody who is away"),
    "know_cover": _("Know that one covers somebody who is away"),
    "take_over_work": _("Move the work of somebody who has left"),
    "change_keys": _("Change the keys after somebody has left"),
    "read_senderword": _("Read what the referrer wrote after the packet was sent"),
    "take_shiftnote": _("Take the note of the shift before"),
    "name_supervisor": _("Make somebody a supervisor, where none can open some record"),
    "replace_administrator": _("Find another administrator, after the last one’s last day"),
    "close_house": _("What runs in an organization that was closed"),
    "review_audit": _("Read the audit of the week before"),
    "no_contact": _("No contact with an open case, days after"),
    "answer_demand": _("A legal demand must be answered, days before"),
    "member_leaves": _("A member leaves, days before the last day"),
    "release_ends": _("A release ends, days before"),
    "court_date": _("A court date, business days before"),
}
# What a clock is called where one of them runs, and not where its length is set.
RUNNING_NAMES = CLOCK_NAMES | {
    "follow_up": _("Follow-up"),
    "call_handoff": _("The call about a handoff"),
    "review_hold": _("Legal hold to be looked at again"),
    "review_rest": _("A case on hold to be looked at again"),
    "no_contact": _("No contact with the person"),
    "answer_demand": _("A legal demand must be answered"),
    "member_leaves": _("A member leaves"),
    "release_ends": _("A release ends"),
    "court_date": _("A court date"),
    "court_outcome": _("What came of a court date"),
}
PRIORITY_NAMES = {
    "crisis": _("Crisis"),
    "high_risk": _("High risk"),
    "standard": _("Standard"),
    "information": _("Information"),
}
UNITS = (
    ("minutes", _("minutes")),
    ("hours", _("hours")),
    ("days", _("days of 24 hours")),
    ("business_days", _("business days")),
    ("same_day", _("until the day ends")),
    ("next_business_day", _("until the next business day ends")),
)
UNIT_SECONDS = {"minutes": 60, "hours": 3600, "days": 86400}
REFERRER_CLOCKS = (
    "answer_information_request",
    "review_purge",
    "review_accounts",
    "review_audit",
    "member_leaves",
    "take_over_work",
    "change_keys",
    "replace_administrator",
)


def clocks_of(organization):
    """The names of the clocks that run in this organization."""
    ours = tuple(name for name in CLOCK_NAMES if name != "close_house")  # the operator's, who sets none
    return ours if organization.helps else REFERRER_CLOCKS


def split(interval):
    """An interval as (amount or None, unit), in the largest unit that says it whole."""
    if interval.business_days:
        return interval.business_days, "business_days"
    if interval.same_day:
        return None, "same_day"
    if interval.next_business_day:
        return None, "next_business_day"
    for unit in ("days", "hours", "minutes"):
        if interval.seconds % UNIT_SECONDS[unit] == 0 and (unit != "days" or interval.seconds > 86400):
            return interval.seconds // UNIT_SECONDS[unit], unit
    return max(1, round(interval.seconds / 60)), "minutes"


def said(interval):
    """An interval as people say it: "30 min", "1 business day"."""
    amount, unit = split(interval)
    if unit == "minutes":
        return _now("%(n)d min") % {"n": amount}
    if unit == "hours":
        return _now("%(n)d h") % {"n": amount}
    if unit == "days":
        return ngettext("%(n)d day", "%(n)d days", amount) % {"n": amount}
    if unit == "business_days":
        return ngettext("%(n)d business day", "%(n)d business days", amount) % {"n": amount}
    return _now("same day") if unit == "same_day" else _now("next business day")


def table(organization):
    """The clocks of an organization, for people: dicts of code, name, lengths (or days), own."""
    own = organization.clocks
    for name in clocks_of(organization):
        if name in FIXED_RUNGS:
            lengths = [", ".join(str(day) for day in own.get(name, FIXED_RUNGS[name]))]
        else:
            lengths = [said(clock_interval(name, priority, own)) for priority in PRIORITIES]
        yield {"code": name, "name": CLOCK_NAMES[name], "lengths": lengths, "own": name in own}


assert set(CLOCK_NAMES) == {*DEFAULT_CLOCKS, *FIXED_RUNGS}, "a clock without a name"
