"""A summary of a case on paper, of what was chosen; made after the second factor, with a line (C8, C11)."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases import summary_text
from cases.forms.summary import SummaryForm
from cases.release_paper import foot
from cases.release_text import language_of
from cases.views.looked_up import ASSIGNED
from orgs import audit, clock
from orgs.access import get_permitted, lasting
from orgs.paper import handed_over, pdf
from orgs.sign_in import step_up

CASES = lasting(ASSIGNED.select_related("person", "assigned_to", "organization"))


@require_GET
def summarize_case(request, number):
    """For whom, what, in which language. Nothing is chosen that whoever finds the paper should not read."""
    case = get_permitted(request.user, "view_case", CASES, number=number)
    chosen = {"whom": summary_text.PERSON, "parts": ["court", "services"]}
    form = SummaryForm(initial={**chosen, "language": language_of(case.person.language)})
    return _asked(request, case, form)


@require_GET
@step_up
def print_summary_case(request, number):
    """The paper (PDF), or the form again with what cannot be. It names who printed it, and when (C20)."""
    case = get_permitted(request.user, "view_case", CASES, number=number)
    form = SummaryForm(request.GET)
    if not form.is_valid():
        return _asked(request, case, form)
    said = form.cleaned_data
    audit.viewed(request.user, case, "print_summary", whom=said["whom"], parts=said["parts"])
    document = summary_text.compose(case, said["whom"], said["parts"], said["language"])
    document["foot"] = foot(summary_text.words_in(said["language"]), request.user, clock.now())
    return handed_over(pdf(document))


def _asked(request, case, form):
    return render(request, "cases/case/summarize.html", {"case": case, "form": form})
