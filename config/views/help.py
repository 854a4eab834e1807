"""Help in the product: a guide for each kind of work, and the words. The same for everybody, of nobody."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from config.guides import GUIDES, guide_of
from config.guides.words import words
from orgs import first_steps


def begin(request):
    """The guide for whoever asks."""
    return redirect("help_guide", guide_of(request.user.role).slug)


def guide(request, slug):
    """One guide. Links to pages are there for those whose guide it is; raises Http404 for none."""
    if slug not in GUIDES:
        raise Http404
    shown = GUIDES[slug]
    return render(
        request,
        "help/guide.html",
        {"guide": shown, "mine": request.user.role in shown.roles, "guides": GUIDES.values()},
    )


def glossary(request):
    """What the words of the product mean."""
    return render(request, "help/words.html", {"words": words(), "guides": GUIDES.values()})


@require_POST
def put_off_steps(request):
    """Hide the first steps until the next sign-in."""
    first_steps.put_off(request)
    return redirect("home")


urlpatterns = [
    path("", begin, name="help"),
    path("first-steps/put-off/", put_off_steps, name="put_off_steps"),
    path("words/", glossary, name="help_words"),
    path("<slug:slug>/", guide, name="help_guide"),
]
