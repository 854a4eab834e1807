"""The public door: for people without an account who ask for help (R36, R40).

No cookie is set and nothing is stored before somebody presses "Send". Forms need no token against forgery:
they act for nobody, and what they may do hangs on what is typed alone. The digits stand in the body of a
POST and nowhere else: in no address, no header, no cookie and no log. Nobody who is signed in is seen here,
no line says from where somebody came, and pages in other languages are at addresses of their own. Where
something was typed, another language is a button of its form, so that all of it comes along.
"""

from functools import wraps

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from orgs import audit, clock, codes, languages, sealing, tenancy
from orgs.models import Organization
from orgs.rate import too_often
from orgs.record import IllegalMove
from referrals import letterbox
from referrals.forms.public import MORE, LetterForm, NumberForm, SayForm
from referrals.models import Inquiry
from referrals.models.inquiry import TooMany

WEATHER = "https://forecast.weather.gov/"
TRAP = "website"  # a field that nobody sees, and that machines fill in
QUICKEST = 3  # seconds from the page of questions to "Send"
SHOWN_AGAIN = 600  # seconds in which a second press shows the digits again
SENT = "causeway.sent"  # what the page of what was sent hands on to itself in another language
SENDS, LOOKS = 6, 10  # within a minute, from one address

PRESS_AGAIN = later("Nothing was sent yet. Please look it over and press “Send” again. Nothing is lost.")
TOO_OFTEN = later("Too much came from this connection. Wait a minute and press again. Nothing is lost.")
TOO_MANY = later(
    "So many letters came in the last hour that nobody could read this one in time. Nothing was sent. Please "
    "call one of the numbers above: they answer day and night. What you wrote is kept on this page."
)
NOT_NOW = later(
    "Nothing was sent: one of those that you chose cannot take letters at this moment. Please call, or leave "
    "that one out. What you wrote is kept on this page."
)
NOTHING_OPENS = later(
    "No letter opens with this number. Perhaps it was ended, or a digit is another one. You can call, or "
    "write a new letter."
)


def public(view):
    """A page for everybody, in the language of its address, that neither knows nor remembers its reader."""

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def wrapper(request, language="en", **more):
        with (
            translation.override(language),
            tenancy.acting_for(None),
            sealing.closed(),
            audit.unseen(),
        ):
            response = view(request, language, **more)
        response["Referrer-Policy"] = "no-referrer"
        response["Content-Language"] = language
        return response

    return wrapper


def page(template, language, name="public", status=200, **context):
    """Rendered without the request, so that nothing of whoever asks can be in it.

    `name` is that of the same page in other languages.
    """
    shown = {
        **context,
        "urls": {
            one: reverse(one, kwargs={"language": language})
            for one in ("public", "public_write", "public_send", "public_return", "public_say", "public_end")
        },
        "language_links": [
            {"code": code, "label": label, "url": reverse(name, kwargs={"language": code}),
             "current": code == language}
            for code, label in languages.NAMES.items()
        ],

        "numbers": numbers(),
    }  # fmt: skip
    return HttpResponse(render_to_string(f"referrals/public/{template}.html", shown), status=status)


def numbers():
    """The numbers to call, those of danger first."""
    rows = codes.load("orgs", "numbers")
    return [
        {"label": row.label, "hint": row.hint, **row.extra}
        for kind in ("emergency", "help")
        for row in rows
        if row.extra["kind"] == kind
    ]


def receivers():
    """The organizations to which something can be sealed."""
    return list(Organization.objects.helping())


@require_safe
@public
def front(request, language):
    """The numbers first, then writing, then coming back."""
    return page("front", language)


@login_not_required
def door(request):
    """The first page in the language that the browser asks for, of which nothing is kept."""
    response = front(request, language=languages.preferred(request))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@login_not_required
@require_safe
def leave(request):
    """Away from here, and what the browser has kept of these pages with it; it says nothing of them."""
    response = redirect(WEATHER)
    response["Clear-Site-Data"] = '"cache", "storage"'
    response["Referrer-Policy"] = "no-referrer"
    return response


# Writing


@public
def write(request, language):
    """The questions; then the answers once more, to be looked over."""
    if request.method != "POST":
        return asked(language, LetterForm(organizations=receivers()), letterbox.new_ticket(clock.now()))
    elsewhere = "from" in request.POST and "looked" not in request.POST  # the questions, in another language
    form = LetterForm(moved(request.POST, language) if elsewhere else request.POST, organizations=receivers())
    ticket = kept_ticket(request)
    if elsewhere:
        form.leave_unjudged()
    if elsewhere or "change" in request.POST or not form.is_valid():
        return asked(language, form, ticket)
    return looked_over(language, form, ticket)


def moved(typed, language):
    """What was typed, for a page in another language: who had not said which one they speak speaks this."""
    typed = typed.copy()
    if typed.get("language") == typed["from"]:
        typed["language"] = language
    return typed


@public
def send(request, language):
    """Seal it to each organization that was chosen, and show the digits."""
    if request.method != "POST":
        return redirect("public", language=language)
    if "again" in request.POST:
        return sent_again(request, language)
    form = LetterForm(request.POST, organizations=receivers())
    if not form.is_valid():
        return asked(language, form, kept_ticket(request))
    ticket = letterbox.read_ticket(request.POST.get("ticket", ""), clock.now())
    if ticket is None or too_quick(ticket) or request.POST.get(TRAP):
        return looked_over(language, form, kept_ticket(request), PRESS_AGAIN)
    if too_often(request, "public_send", SENDS):
        return looked_over(language, form, kept_ticket(request), TOO_OFTEN, 429)
    try:
        sent_at = put_into_boxes(ticket, form)
    except TooMany:
        return looked_over(language, form, kept_ticket(request), TOO_MANY, 503)
    except sealing.Locked as shut:
        if isinstance(shut, sealing.Doubted):
            request.doubts.add(shut.organization_id)
        return looked_over(language, form, kept_ticket(request), NOT_NOW, 503)
    crisis = form.cleaned_data["priority"] == "crisis"
    to = [one.name for one in form.receivers]
    return told(language, request.POST["ticket"], sent_at.timestamp(), to, crisis)


def sent_again(request, language):
    """The page of what was sent, in another language: it shows what it showed, and no longer."""
    try:
        known = signing.loads(request.POST["again"], salt=SENT)
    except signing.BadSignature:
        return redirect("public_return", language=language)
    return told(language, **known)


def told(language, ticket, sent_at, to, crisis):
    """The digits, or soon after no digits any more, and what happens now.

    `ticket` is the text of the one that was sent, `sent_at` a timestamp, `to` the names of who reads it.
    """
    kept = letterbox.read_ticket(ticket, clock.now())
    number = kept.number if kept and clock.now().timestamp() - sent_at < SHOWN_AGAIN else ""
    known = {"ticket": ticket, "sent_at": sent_at, "to": to, "crisis": crisis}
    return page(
        "sent",
        language,
        "public_send",
        number=number,
        drawn=segno.make(number, micro=False).svg_inline(omitsize=True) if number else "",
        to=to,
        crisis=crisis,
        carry={"again": signing.dumps(known, salt=SENT, compress=True)},
    )


@transaction.atomic
def put_into_boxes(ticket, form):
    """All of them or none; returns when it was sent, by whichever press."""
    opener, letter, moments = letterbox.opener(ticket.number), form.letter(), []
    audit.crossing()  # once the slow part is over: others wait behind it
    for organization in form.receivers:
        key = ticket.key_for(organization.pk)
        Inquiry.receive(organization, key, opener, **letter)
        with tenancy.acting_for(organization.pk):
            moments += Inquiry.objects.filter(pk=key).values_list("arrived_at", flat=True)
    return min(moments)


def too_quick(ticket):
    quick = (clock.now() - ticket.shown_at).total_seconds() < QUICKEST
    return quick and not settings.DEMO_NOW  # for pictures: a clock that stands still tells no span


def kept_ticket(request):
    """The ticket that the page came with, or a new one in the place of what is none any more."""
    text, now = request.POST.get("ticket", ""), clock.now()
    return text if letterbox.read_ticket(text, now) else letterbox.new_ticket(now)


def asked(language, form, ticket):
    """The page of questions: what must be said first, and folded below it what can be said."""
    fields = [(field, field.errors) for field in form]
    return page(
        "write",
        language,
        "public_write",
        form=form,
        fields=fields,
        errors=form.non_field_errors(),
        main=[field for field, _errors in fields if field.name not in MORE],
        more=[field for field, _errors in fields if field.name in MORE],
        more_open=form.is_bound and any(form.said_more()),
        ticket=ticket,
        trap=TRAP,
    )


def looked_over(language, form, ticket, said="", status=200):
    """What was written, with "Send" below it; `said` is why it was not sent yet."""
    told = [(field.label, in_words(field)) for field in form]
    return page(
        "check",
        language,
        "public_write",
        status,
        form=form,
        ticket=ticket,
        trap=TRAP,
        said=said,
        answers=[(label, value) for label, value in told if value],
        crisis=form.cleaned_data["priority"] == "crisis",
        minor=form.cleaned_data["age_group"] == "minor",
    )


def in_words(field):
    """An answer as its reader knows it: the labels of what was chosen, or what was typed."""
    value = field.form.cleaned_data.get(field.name)
    labels = dict(getattr(field.field, "choices", ()))
    if isinstance(value, list):
        return "; ".join(str(labels[one]) for one in value)
    if value is True:
        return _("Yes")
    return labels.get(value, value) if labels else value and field.field.prepare_value(value)


# Coming back


@public
def come_back(request, language):
    """Ask for the digits; then what both sides wrote."""
    if request.method != "POST":
        return page("return", language, "public_return", form=NumberForm())
    if "from" in request.POST and "looked" not in request.POST:
        form = NumberForm(initial={"number": request.POST.get("number", "")})
        return page("return", language, "public_return", form=form)
    typed = request.POST
    return with_letters(
        request, language, lambda opener, letters, number: shown(language, opener, number, typed=typed)
    )


@public
def say(request, language):
    """One more message on a letter."""
    if request.method != "POST":
        return redirect("public_return", language=language)

    def add(opener, letters, number):
        letter, typed = chosen(request, letters), request.POST.copy()
        ticket = letterbox.read_ticket(request.POST.get("ticket", ""), clock.now())
        form = SayForm(request.POST, prefix=letter.organization.code) if letter else None
        if letter is None or not form.is_valid() or ticket is None:
            return shown(language, opener, number, letter and letter.pk, form, typed=typed)
        try:
            letter.hear(ticket.key_for(letter.organization_id), form.cleaned_data["text"])
        except TooMany:
            return shown(language, opener, number, letter.pk, form, TOO_MANY, 503, typed=typed)
        except IllegalMove:
            return shown(language, opener, number, typed=typed)
        except sealing.Locked as shut:
            if isinstance(shut, sealing.Doubted):
                request.doubts.add(shut.organization_id)
            return shown(language, opener, number, letter.pk, form, NOT_NOW, 503, typed=typed)
        typed.pop(form.add_prefix("text"))  # it is sent; what was typed to another stays
        done = _("Sent. You can read it here again with your number.")
        return shown(language, opener, number, done=done, typed=typed)

    return with_letters(request, language, add)


@public
def end(request, language):
    """End one letter: once asked whether they are sure, its digits open nothing any more."""
    if request.method != "POST":
        return redirect("public_return", language=language)
    if "ended" in request.POST:  # the page of what has ended, in another language
        return ended(language, request.POST.get("number", ""))

    def over(opener, letters, number):
        letter = chosen(request, letters)
        if letter is None:
            return shown(language, opener, number)
        if "sure" not in request.POST:
            carry = {"number": number, "to": letter.organization.code}
            return page("end", language, "public_end", number=number, letter=letter, carry=carry)
        try:
            letter.leave()
        except IllegalMove:  # by another page, a moment ago
            return shown(language, opener, number)
        left = [one for one in letters if one.pk != letter.pk]
        return ended(language, number if left else "")

    return with_letters(request, language, over)


def ended(language, number):
    """Said once it is over; with the digits where they open another letter still."""
    return page("ended", language, "public_end", number=number, carry={"ended": "1", "number": number})


def with_letters(request, language, then):
    """Find what the digits open and go on with `then(opener, letters, digits)`.

    Digits that were never given, were given for what has ended, or are somebody else's mistake get the same
    page after the same work.
    """
    form = NumberForm(request.POST)
    try:
        number = letterbox.read_number(form.data.get("number", "")) if form.is_valid() else ""
    except letterbox.NotANumber as wrong:
        form.add_error("number", str(wrong))
        number = ""
    if number and too_often(request, "public_return", LOOKS):
        form.add_error("number", TOO_OFTEN)
        return page("return", language, "public_return", 429, form=form)
    if not number:
        return page("return", language, "public_return", form=form)
    opener = letterbox.opener(number)
    letters = Inquiry.opened_by(opener)
    if not letters:
        form.add_error("number", NOTHING_OPENS)
        return page("return", language, "public_return", form=form)
    return then(opener, letters, number)


def chosen(request, letters):
    """The letter to which something is done, by the code of its organization."""
    return next((one for one in letters if one.organization.code == request.POST.get("to")), None)


def shown(language, opener, number, at=None, form=None, said="", status=200, done="", typed=None):
    """Every letter that the digits open: when it was sent, whether it was read, what both sides wrote.

    `at` is the letter to which `form` belongs; what was `typed` to the others comes back too.
    """
    letters = Inquiry.opened_by(opener)
    for letter in letters:
        letter.thread = letter.said(opener)
        letter.form = form if letter.pk == at else None
        if letter.form is None:
            letter.form = SayForm(prefix=letter.organization.code)
            letter.form.initial = {"text": (typed or {}).get(letter.form.add_prefix("text"), "")}
        letter.unsent = letter.takes_no_more and (typed or {}).get(letter.form.add_prefix("text"), "")
    ticket = letterbox.new_ticket(clock.now())
    return page(
        "letters",
        language,
        "public_return",
        status,
        letters=letters,
        number=number,
        ticket=ticket,
        said=said,
        done=done,
    )
