"""Duties in words: what each is, what comes next, and the facts that a report or a request says."""

from datetime import datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs import clock, codes
from orgs.words import ISLANDS, exactly, local

KINDS = {
    "mandatedreport": "report_kinds",
    "certification": "certification_kinds",
    "deadline": "deadline_kinds",
    "courtdate": "court_kinds",
    "goal": "goal_kinds",
}
NOUNS = {
    "mandatedreport": gettext_lazy("Mandated report"),
    "otiprequest": gettext_lazy("Request to HHS for a minor from abroad"),
    "courtdate": gettext_lazy("Court date"),
    "goal": gettext_lazy("Goal"),
}
# What comes next, by the state in which something is due.
NEXT = {
    ("mandatedreport", "open"): ("record_oral", gettext_lazy("Report by voice…")),
    ("mandatedreport", "oral_made"): ("send_written", gettext_lazy("Send in writing…")),
    ("mandatedreport", "written_sent"): ("tell_person", gettext_lazy("Tell the person…")),
    ("otiprequest", "open"): ("send", gettext_lazy("Send the request…")),
    ("otiprequest", "sent"): ("answer", gettext_lazy("A letter came…")),
    ("otiprequest", "answered"): ("answer", gettext_lazy("Another letter came…")),
    ("certification", "planned"): ("ask", gettext_lazy("Ask the agency…")),
    ("certification", "asked"): ("ask_again", gettext_lazy("Ask again…")),
    ("deadline", "running"): ("meet", gettext_lazy("It is done…")),
    ("courtdate", "set"): ("conclude", gettext_lazy("What came of it…")),
    ("goal", "set"): ("review", gettext_lazy("Look at it again…")),
}
BEFORE_THE_DAY = "reschedule", gettext_lazy("Move or change…")


def next_act(noun, state, *, due):
    """(verb, label) of the next act. What came of a court date nobody can say before its day."""
    if noun == "courtdate" and local(due).date() > clock.today():
        return BEFORE_THE_DAY
    return NEXT[noun, state]


def what_it_is(noun, kind):
    """One line: what the law asks."""
    words = KINDS.get(noun) and codes.load("cases", KINDS[noun]).label(kind)
    return ": ".join(str(part) for part in (NOUNS.get(noun), words) if part)


def _word(table, code, app="cases"):
    return codes.load(app, table).label(code) if code else ""


def report_facts(report):
    """(label, value) pairs of a mandated report, as they leave; what was not said is not listed.

    Whose child it is stays here: that would tell who is helped.
    """
    said = report.facts
    concerns = codes.load("cases", "report_concerns")
    return _there(
        (_("Name to use"), said.get("called")),
        (_("Age"), said.get("age")),
        (_("Where they are"), said.get("where")),
        (_("Kind of harm"), "; ".join(str(concerns.label(code)) for code in said.get("concerns", ()))),
        (_("Done by"), _word("report_relations", said.get("relation"))),
        (_("Danger"), _word("report_dangers", said.get("danger"))),
        (_("Language"), _word("languages", said.get("language"), "orgs")),
        (_("What else they need to know"), said.get("note")),
    )


def otip_facts(request):
    """(label, value) pairs of a request to HHS."""
    said = request.facts
    return _there(
        (_("Name"), said.get("called")),
        (_("Birth date"), said.get("born")),
        (_("Age"), said.get("age")),
        (_("Country they come from"), said.get("country")),
        (_("Language"), _word("languages", said.get("language"), "orgs")),
        (_("Island"), _word("islands", said.get("island"), "orgs")),
        (_("What is suspected"), _word("otip_concerns", said.get("concern"))),
        (_("Who cares for them now"), said.get("with_whom")),
        (_("What else the office needs to know"), said.get("note")),
    )


def _there(*pairs):
    return [(label, value) for label, value in pairs if value not in (None, "", [])]


def morning_of(day):
    """Eight in the morning of a day on the islands."""
    return datetime.combine(day, time(8), ISLANDS)


def said_exactly(moment):
    return exactly(moment) if moment else ""
