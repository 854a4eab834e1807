"""Every component in its states, on a page that only development and the demonstration have."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from orgs import clock, notices
from orgs.forms.base import (
    CausewayForm,
    Checkboxes,
    LocalDateField,
    LocalDateTimeField,
    LongTextField,
    PhoneField,
    Radios,
)
from orgs.words import local

SAMPLES = ("components", "today", "case", "form", "receipt", "public")
ERRORS = ("400", "403", "403_csrf", "404", "405", "409", "500")
PAGES = SAMPLES + ERRORS
MISTAKES = {"phone": "340 555 01", "when": "evening", "email": "nobody", "note": "Rings, then hangs up."}


class SampleForm(CausewayForm):
    """A step of a form with one field of every kind."""

    question = "how"

    how = forms.ChoiceField(
        label=_("How can an advocate reach the person safely?"),
        help_text=_("Ask the person, and use what they say."),
        choices=[
            ("phone", _("Phone call")),
            ("trusted", _("Through someone they trust")),
            ("none", _("Not known")),
        ],
        widget=Radios(hints={"phone": _("They answer it themselves"), "none": _("Or not safe now")}),
    )
    phone = PhoneField(label=_("Phone number"))
    times = forms.MultipleChoiceField(
        label=_("When is it safe to call?"),
        choices=[("morning", _("Morning")), ("evening", _("Evening, after 20:00"))],
        widget=Checkboxes(hints={"evening": _("Quiet hours: only if the person asked for it")}),
        required=False,
    )
    island = forms.ChoiceField(
        label=_("Island"),
        choices=[
            ("", "---------"),
            ("stx", _("St. Croix")),
            ("stt", _("St. Thomas")),
            ("stj", _("St. John")),
        ],
    )
    when = LocalDateTimeField(label=_("Next call"))
    day = LocalDateField(label=_("Court date"), required=False)
    email = forms.EmailField(label=_("E-mail of the officer"), required=False)
    note = LongTextField(
        label=_("What must an advocate not do?"),
        help_text=_("For example: do not leave a message, do not say where you call from."),
        max_length=200,
        required=False,
    )
    agree = forms.BooleanField(label=_("I have read this to the person"))


def navigation(current):
    labels = [_("Today"), _("Caseload"), _("Handoffs"), _("Find"), _("Help")]
    counts = {0: (3, True), 2: (1, False)}
    return [
        {
            "label": label,
            "url": "#content",
            "current": place == current,
            "count": counts.get(place, (0,))[0],
            "late": counts.get(place, (0, False))[1],
        }
        for place, label in enumerate(labels)
    ]


def samples(now):
    """What the pages are filled with; every person is invented."""
    return {
        "ago": {n: now - timedelta(minutes=n) for n in (5, 35, 80, 1500, 5800, 20000)},
        "late": now - timedelta(minutes=80),
        "very_late": now - timedelta(days=4),
        "soon": now + timedelta(minutes=45),
        "later": now + timedelta(hours=5),
        "days": now + timedelta(days=9),
        "today": local(now).date(),
        "glance": {_("Kind"): _("Trafficking, labor"), _("Risk"): _("High"), _("Island"): "St. Croix"},
        "sent": [(_("Name to use"), "Bluebird"), (_("Court date"), "4 December", _("not released"))],
        "signed": [(_("To whom"), _("The shelter desk")), (_("What"), _("Hand-over file; safety"))],
        "tiles": [
            {"count": 2, "label": _("waiting for acknowledgement, late"), "late": True, "url": "#tiles"},
            {"count": 1, "label": _("crisis, 12 min left"), "url": "#tiles"},
            {"count": 4, "label": _("not assigned")},
            {"count": 3, "label": _("handoffs to review")},
            {"count": 7, "label": _("follow-ups past their time"), "late": True},
        ],
        "load": [("A. Demo", 17, 20), ("B. Demo", 23, 20), ("C. Demo", 9, 20)],
        "language_links": [
            {"code": "en", "label": "English", "url": "#content", "current": True},
            {"code": "es", "label": "Español", "url": "#content"},
            {"code": "ht", "label": "Kreyòl", "url": "#content"},
        ],
    }


def styleguide(request, page="components"):
    """Show one page of samples; 404 for a name that is none of them."""
    if page not in PAGES:
        raise Http404
    if page == "components":
        notices.say(request, _("Acknowledged. Its clock has stopped."), undo="#content")
        messages.error(request, _("Nothing was saved: this has moved on since you opened it."))
    context = {
        **samples(clock.now()),
        "pages": PAGES,
        "navigation": navigation(1 if page == "case" else 0),
        "form": SampleForm(MISTAKES) if page == "form" else SampleForm(initial={"phone": "+13405550123"}),
        "state": _("acknowledged"),
        "reference": "7F3K-92QD",
    }
    template = f"{page}.html" if page in ERRORS else f"styleguide/{page}.html"
    return render(request, template, context)


urlpatterns = [
    path("", styleguide, name="styleguide"),
    path("<str:page>/", styleguide, name="styleguide"),
]
