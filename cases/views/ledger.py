"""The ledger of one person, to be read with them, printed, or saved as a paper."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases import ledger_text
from cases.models import DemandItem, Disclosure, MandatedReport
from cases.models.mandated_report import NOT_SAFE
from cases.release_paper import foot
from cases.release_text import LANGUAGES, language_of, words_in
from cases.views.looked_up import CASES
from orgs import audit, clock
from orgs.access import get_permitted
from orgs.paper import handed_over, pdf
from orgs.sign_in import step_up
from orgs.words import exactly, local

NOT_TOLD = ("unsafe", "forbidden")  # of the notice of a legal demand
NAMES = {"en": "English", "es": "Español", "ht": "Kreyòl ayisyen"}  # each in itself


def _ledger(request, number):
    """The case and its person's ledger, in the language asked for or the person's own."""
    case = get_permitted(request.user, "view_case", CASES, number=number)
    lines = Disclosure.objects.about(case.person).select_related("recipient", "by", "release")
    asked = request.GET.get("in", "")
    language = asked if asked in LANGUAGES else language_of(case.person.language)
    return case, ledger_text.compose(case.person, lines, language)


def _unsafe(case):
    """The days of the reports and demands in the list of which the person must not hear now; for staff alone.

    Of every one that has a line on this page, whosever it is by now; never on the paper: the person, or
    somebody beside them, reads that (R29, R37).
    """
    lines = Disclosure.objects.about(case.person).order_by().values("pk")
    reports = MandatedReport.objects.filter(told=NOT_SAFE, oral_line__in=lines).order_by("oral_at")
    demands = DemandItem.objects.filter(demand__notice__in=NOT_TOLD, disclosure__in=lines).order_by("at")
    days = {
        "report": reports.values_list("oral_at", flat=True),
        "demand": demands.values_list("at", flat=True),
    }
    return {of: dict.fromkeys(exactly(local(at).date()) for at in told) for of, told in days.items()}


@require_GET
def disclosures(request, number):
    case, ledger = _ledger(request, number)
    audit.viewed(request.user, case, "view_ledger")
    context = {"case": case, "ledger": ledger, "languages": NAMES, "unsafe": _unsafe(case)}
    return render(request, "cases/release/ledger.html", context)


@require_GET
@step_up
def print_disclosures(request, number):
    case, ledger = _ledger(request, number)
    audit.viewed(request.user, case, "print_ledger")
    words = words_in(ledger["language"])
    sections = [{"note": ledger.pop("intro")}, *ledger["sections"]]
    marks = {"page": words["page"], "foot": foot(words, request.user, clock.now())}
    return handed_over(pdf({**ledger, **marks, "sections": sections}))
