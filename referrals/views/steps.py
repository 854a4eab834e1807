"""The officer's six steps: one URL a step, saved at each, nothing lost on the way back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST

from orgs import notices
from orgs.access import get_permitted, lasting
from orgs.clock import now
from orgs.record import IllegalMove
from orgs.told_where import stays
from orgs.words import phone
from referrals import packet, signs
from referrals.forms.card import CardForm
from referrals.forms.referral_steps import FORMS, SendForm, UrgentForm
from referrals.models import Referral
from referrals.models.routes import receivers_of
from referrals.models.sender import IN_THE_OPEN, NOTICE_IS_OVER
from referrals.projection import numbers_of, projection, read_within
from referrals.sheets import language_of

REFERRALS = lasting(Referral.objects.select_related("receiver", "organization"))


@require_POST
def begin(request):
    """A new draft, or the one that was begun before and is still untouched."""
    if not request.user.refers:
        raise PermissionDenied
    group, notice = "group" in request.POST, None
    if request.POST.get("notice"):
        notice = get_permitted(request.user, "write_referral", Referral, reference=request.POST["notice"])
        if notice.organization_id != request.user.organization_id or not notice.is_group:
            raise Http404
    untouched = Referral.objects.visible_to(request.user).filter(
        state="draft", step=1, is_group=group, notice=notice, referrer=request.user
    )
    referral = untouched.first() or Referral.begin(actor=request.user, group=group, notice=notice)
    return redirect("edit_referral", referral.reference, 1)


def my_draft(request, verb, reference):
    """The reader's draft; `IllegalMove` for one who comes after it was sent but may look at it."""
    referral = get_permitted(request.user, "view_referral", REFERRALS, reference=reference)
    if referral.organization_id != request.user.organization_id:
        raise PermissionDenied
    if referral.state != "draft":
        raise IllegalMove(verb, referral)
    return referral


@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@stays
def edit(request, reference, number):
    """One step: shown with what was answered before, saved when it is sent in."""
    try:
        referral = my_draft(request, "edit", reference)
    except IllegalMove as late:
        if request.method == "POST":
            raise
        return redirect(late.record)
    if not 1 <= number <= len(referral.steps):
        raise Http404
    if referral.steps[number - 1] == "check":
        return check(request, referral)
    return step(request, referral, number)


def step(request, referral, number):
    Form = FORMS[referral.steps[number - 1]]
    words = referral.words()
    form = Form(
        request.POST or None,
        initial=_answers(request.user, referral, words, Form),
        referral=referral,
        kind=request.user.organization.kind,
    )
    if "back" in request.POST:
        return back(request, referral, number, form)
    if form.is_valid():
        _say_if_changed_elsewhere(request, referral)
        referral.save_step(number, form.cleaned_data, actor=request.user)
        to_check = "check" in request.GET
        return redirect("edit_referral", referral.reference, len(referral.steps) if to_check else number + 1)
    name = referral.steps[number - 1]
    context = {
        "referral": referral,
        "form": form,
        "number": number,
        "name": name,
        "signs": signs.beside(name),
    }
    return render(request, "referrals/referral/step.html", context)


def back(request, referral, number, form):
    """To the page before, with all that is answered here so far; what is wrong is asked again later."""
    answered = form.cleaned_data if form.is_valid() else {k: v for k, v in form.cleaned_data.items() if v}
    if number > 1 and answered:
        referral.save_step(number - 1, answered, actor=request.user)
    return redirect("edit_referral", referral.reference, max(number - 1, 1))


def check(request, referral, form=None):
    """The last step: what will be sent and to whom, each answer with a way to change it."""
    receivers = receivers_of(referral)
    numbers = {name: number for number, name in enumerate(referral.steps, 1)}
    context = {
        "referral": referral,
        "sections": [(section, numbers[section.name]) for section in answered(request.user, referral)],
        "missing": [(number, FORMS[referral.steps[number - 1]].title) for number in referral.missing()],
        "receivers": receivers,
        "numbers": numbers_of(referral.island_needed),
        "form": form or SendForm(receivers=receivers),
        "number": len(referral.steps),
    }
    return render(request, "referrals/referral/check.html", context)


def answered(user, referral):
    """The answers of each page, and with the last how the desk reaches the referrer: it goes along too."""
    words = referral.words()
    for section in packet.sections(referral, words):
        if section.name == "who" and (number := words.get("referrer_phone") or user.phone):
            section.facts.append((_("How the desk reaches you"), phone(number)))
        yield section


@require_POST
@stays
def send(request, reference):
    """Send, once: a second press shows the receipt of the first."""
    try:
        referral = my_draft(request, "send", reference)
        form = SendForm(request.POST, receivers=receivers_of(referral))
        if not form.is_valid():
            return check(request, referral, form)
        referral.send(actor=request.user, to=form.cleaned_data["to"])
    except IllegalMove as late:
        if late.record.state == "draft":  # the last step says what is missing
            if late.reason == NOTICE_IS_OVER:
                messages.warning(request, late.reason)
            return redirect("edit_referral", reference, len(late.record.steps))
    return redirect("receipt_referral", reference)


def receipt(request, reference):
    """The reference, whom to call, what happens next, and what will never be told."""
    referral = get_permitted(request.user, "view_referral", REFERRALS, reference=reference)
    if referral.organization_id != request.user.organization_id or not referral.sent_at:
        return redirect(referral)
    seen = projection(referral, now(), referral.words())
    card = CardForm(initial={"language": language_of(referral.language)})
    context = {"packet": seen, "within": read_within(seen.priority), "card": card}
    return render(request, "referrals/referral/receipt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request, reference):
    """Throw a draft away, after a page that says so."""
    referral = my_draft(request, "discard", reference)
    if request.method == "POST":
        referral.discard(actor=request.user)
        notices.say(request, _("The draft is gone, with every word of it."))
        return redirect("my_referrals")
    return render(request, "referrals/referral/discard.html", {"referral": referral})


def _answers(user, referral, words, Form):
    answers = {name: getattr(referral, name) for name in IN_THE_OPEN}
    answers |= {"referrer_phone": user.phone, **words}
    return UrgentForm.shown(answers) if Form is UrgentForm else answers


def _say_if_changed_elsewhere(request, referral):
    """The latest answer wins; whoever saves over another window's answers is told so."""
    shown = request.POST.get("shown", "")
    if shown and shown != referral.saved_at.isoformat():
        messages.warning(
            request,
            _("This draft was also changed in another window. What you just saved is kept; check the rest."),
        )
