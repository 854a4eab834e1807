"""A release from draft to its end, and the ledger of what was told."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cases import release_text
from cases.drawing import HEIGHT, WIDTH
from cases.forms.release import DiscussForm, RevokeForm, TellForm, TermsForm
from cases.models import Disclosure, Release
from cases.signing import Incomplete, NotReleased
from cases.views.asking import ask, typed
from cases.views.looked_up import CASES, RELEASES
from cases.views.release_words import signature
from orgs import audit, clock, codes, notices
from orgs.access import get_permitted
from orgs.once import once
from orgs.record import IllegalMove
from orgs.sign_in import step_up

ELEMENTS = {
    "recipient": gettext_lazy("who exactly may be told"),
    "categories": gettext_lazy("what may be told"),
    "purpose": gettext_lazy("what for"),
    "method": gettext_lazy("by what way"),
    "expires_at": gettext_lazy("an end that is to come"),
    "discussion": gettext_lazy("that it was talked through"),
    "not_required": gettext_lazy("that help does not depend on it"),
    "withdraw": gettext_lazy("that it may be taken back"),
    "signature": gettext_lazy("a signature of somebody who may sign"),
    "language": gettext_lazy("the language"),
    "copy": gettext_lazy("whether they wanted a copy"),
}
NOT_RELEASED = {
    "ended": gettext_lazy("This release has ended. Nothing more may be told under it."),
    "unsigned": gettext_lazy("This release is not signed. Nothing may be told under it."),
    "not_started": gettext_lazy("This release has not begun yet."),
    "category": gettext_lazy("The release does not cover this."),
    "recipient": gettext_lazy("The release is to somebody else."),
    "packet": gettext_lazy("That referral is not about the person who signed this release."),
    "frozen": gettext_lazy("The officer who filed it is marked as the one who harms. Nothing is told."),
    "signer": gettext_lazy(
        "By what is known of the person now, whoever signed it, or is to read it, could not or must not. "
        "Nothing may be told under it: take it back, and make a new one."
    ),
    "nobody": gettext_lazy(
        "Nobody there has an account under the name in the release, so nobody could read it. Tell it in "
        "another way that the person agreed to, or have them sign a release that names the unit."
    ),
    "several": gettext_lazy(
        "More than one member there has the name in the release, and only one person may be told. Have the "
        "person sign one that tells them apart, or that names the unit."
    ),
    "walled": gettext_lazy("You are kept from this person's records, so somebody else has to tell it."),
}

REASONS_OF_ALL = ("WITHDRAWN", "ERROR")  # what anybody on staff can take down, and so read


@once
def draft(request, number):
    case = get_permitted(request.user, "log_case", CASES, number=number)
    form = TermsForm(
        typed(request),
        organization_id=case.organization_id,
        now=clock.now(),
        person=case.person,
        initial={"language": case.person.language},
    )
    if request.method == "POST" and form.is_valid():
        try:
            release = Release.draft(case, actor=request.user, **form.terms())
        except ValidationError as refused:
            say_refused(form, refused)
        else:
            return redirect("discuss_release", release=release.pk)
    return render(request, "cases/release/terms.html", {"case": case, "form": form, "step": 1})


def say_refused(form, refused):
    """Say why no release may have these terms, beside the answer that it is about."""
    form.add_error(refused.code if refused.code in form.fields else None, refused)


def permitted(request, verb, release):
    release = get_permitted(request.user, f"{verb}_release", RELEASES, pk=release)
    early = verb == "sign" and release.state == "draft"  # led to what comes before it
    if verb in release.MOVES and release.state not in release.MOVES[verb][0] and not early:
        raise IllegalMove(verb, release)  # no form to fill in for nothing
    return release


def edit(request, release):
    release = permitted(request, "edit", release)
    form = TermsForm(
        typed(request),
        organization_id=release.organization_id,
        now=clock.now(),
        person=release.person,
        initial=_terms(release),
    )
    if request.method == "POST" and form.is_valid():
        try:
            release.edit(actor=request.user, **form.terms())
        except ValidationError as refused:
            say_refused(form, refused)
        else:
            return redirect("discuss_release", release=release.pk)
    context = {"case": release.case, "release": release, "form": form, "step": 1}
    return render(request, "cases/release/terms.html", context)


def _terms(release):
    kept = ("recipient_name", "categories", "purpose", "method", "language", "interpreter")
    to = f"{release.recipient_id}:{release.recipient_unit}"
    return {**{name: getattr(release, name) for name in kept}, "to": to, "ends_on": release.last_day}


def discuss(request, release):
    release = permitted(request, "discuss", release)
    form = DiscussForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            release.discuss(actor=request.user, **form.cleaned_data)
        except Incomplete as refused:
            say_missing(form, refused)
        else:
            return redirect("sign_release", release=release.pk)
    return page(request, release, form, 2)


def say_missing(form, refused):
    lacking = "; ".join(str(ELEMENTS.get(element, element)) for element in refused.missing)
    form.add_error(None, _("It cannot open yet. Missing: %(lacking)s.") % {"lacking": lacking})


def page(request, release, form, step):
    """The text as the person is shown it, and what it asks; `mark` binds a signature to this very text."""
    goes = {older.pk for older in release.replaces}
    context = {
        "release": release,
        "case": release.case,
        "form": form,
        "step": step,
        "terms": terms(release),
        "text": release.text,
        "mark": release.text_mark,
        "beside": [(other, other.pk in goes) for other in release.beside],
    }
    return render(request, "cases/release/step.html", context)


def terms(release):
    """What is agreed, in words, for `{% facts %}`."""
    pairs = [
        (_("Who may be told"), release.addressee),
        (_("What"), "; ".join(release.categories_in_words)),
        (_("What for"), release.purpose),
        (_("By what way"), codes.load("cases", "release_methods").label(release.method)),
        (_("Until the end of"), release.last_day_in_words),
        (_("Talked through in"), codes.load("orgs", "languages").label(release.language)),
        (_("Interpreter"), release.interpreter),
    ]
    return [pair for pair in pairs if pair[1]]


@require_GET
def view(request, release):
    release = permitted(request, "view", release)
    audit.viewed(request.user, release)
    if "edit" not in release.may:  # who does not work the case can take it back, and needs no more for that
        said = release.end_reason in REASONS_OF_ALL  # a death, a merge and the like are of those who work it
        reason = release.reason_in_words if said else ""
        context = {"release": release, "case": release.case, "reason": reason}
        return render(request, "cases/release/take_back.html", context)
    context = {
        "release": release,
        "case": release.case,
        "terms": terms(release),
        "signature": signature(release),
        "drawings": release.drawings if "print" in release.may else {},
        "box": f"0 0 {WIDTH} {HEIGHT}",
        "has_paper": release.signature_method == "WET_SCAN" and "open_paper" in release.may,
        "told": Disclosure.objects.filter(release=release).select_related("by"),
        "void": release_text.why_void(release, clock.now()),
        "void_language": release_text.language_of(release.language),
    }
    return render(request, "cases/release/view.html", context)


@require_POST
def refuse(request, release):
    """As short as signing, and nothing follows from it (R21)."""
    release = permitted(request, "refuse", release)
    release.refuse(actor=request.user)
    notices.say(request, _("They said no. Nothing else changes."))
    return redirect(release.case)


@require_POST
def discard(request, release):
    release = permitted(request, "discard", release)
    release.discard(actor=request.user)
    notices.say(request, _("Put away."))
    return redirect(release.case)


def revoke(request, release):
    """Two presses, by anyone on staff: the button on the release, and this one (R20)."""
    release = permitted(request, "revoke", release)
    form = RevokeForm(typed(request))
    if request.method == "POST" and form.is_valid():
        release.revoke(actor=request.user, reason=form.cleaned_data["reason"])
        notices.say(request, _("Taken back. From now on nothing opens under it."))
        return redirect(release)
    why = _("From this moment nothing more may be told under it. What was told before cannot be untold.")
    return ask(
        request,
        form,
        _("Take the release back"),
        _("Take it back"),
        release.get_absolute_url(),
        why=why,
        stop=True,
    )


def must_be_open(release, member):
    """No form to tell under what opens nothing any more, or not yet: 409 with why nothing may be told."""
    try:
        release.must_cover(release.categories, actor=member)
    except NotReleased as shut:
        raise IllegalMove("disclose", release, NOT_RELEASED[shut.why]) from None


@step_up
@once
def disclose(request, release):
    """Tell something by voice or in writing: the ledger's line first (R26)."""
    release = permitted(request, "disclose", release)
    must_be_open(release, request.user)
    form = TellForm(typed(request), release=release)
    if request.method == "POST" and form.is_valid():
        try:
            release.disclose(actor=request.user, method=release.method, **form.cleaned_data)
        except NotReleased as refused:
            form.add_error(None, NOT_RELEASED[refused.why])
        else:
            notices.say(request, _("It is in the ledger. Now you may tell it."))
            return redirect(release)
    return ask(
        request,
        form,
        _("Tell something under this release"),
        _("Write it in the ledger"),
        release.get_absolute_url(),
        about=_("To %(whom)s") % {"whom": release.addressee},
    )
