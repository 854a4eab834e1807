"""A move that asks for something first: one form on a page of its own, and back to where it was pressed."""

from django.shortcuts import render


def ask(request, form, heading, button, back, *, why="", stop=False, plan=None, **context):
    """The page of one form; what was typed is in it. `stop` makes the button grave."""
    page = {"form": form, "heading": heading, "button": button, "back": back, "why": why, "stop": stop}
    return render(request, "cases/ask.html", {**page, "plan": plan, **context})


def typed(request):
    """What was typed, for a form's data: an empty POST is an answer too."""
    return request.POST if request.method == "POST" else None


def about(case):
    """Whom a form is about, in a line: what they are called, and the case's number."""
    return f"{case.person.called} · {case.number}"
