"""“Know the signs”, and a referral for practice that nothing is kept of; for houses that refer."""

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from orgs.doors import for_houses_that_refer
from referrals import practice as practicing
from referrals import signs
from referrals.projection import read_within


@require_GET
@for_houses_that_refer
def know_signs(request):
    """What may be seen at a scene, and how to ask safely."""
    context = {"parts": signs.PARTS, "sources": signs.SOURCES}
    return render(request, "referrals/practice/know_signs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_houses_that_refer
def practice(request):
    """The questions of a referral on one page; the answer says what a desk would ask, and nothing is kept."""
    pages = practicing.pages(request.user, request.POST if request.method == "POST" else None)
    answers = practicing.answers_of(pages) if request.method == "POST" else None
    context = {"pages": pages, "wrong": request.method == "POST" and answers is None}
    if answers:
        context |= {
            "answered": True,
            "gaps": practicing.asked_back(answers),
            "sections": practicing.as_read(answers),
            "states": practicing.states(),
            "within": read_within(answers["priority"]),
            "crisis": answers["priority"] == "crisis",
        }
    return render(request, "referrals/practice/practice.html", context)
