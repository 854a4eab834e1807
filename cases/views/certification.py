"""T and U certification, Continued Presence: asked for under a release, and answered (R31)."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.forms.duty import CertificationForm, DeniedForm, SignedForm
from cases.models import Certification
from cases.signing import NotReleased
from cases.views import duty as duties
from cases.views.asking import about, ask, typed
from orgs import codes, notices
from orgs.models import Organization
from orgs.once import once
from orgs.roles import Kind
from orgs.sign_in import step_up
from orgs.words import exactly, local

AGENCIES = (Kind.LAW_ENFORCEMENT, Kind.PROSECUTION)
LAW = "14 V.I.C. 151"


def _certification(request, verb, certification):
    return duties.duty_of(request, Certification, verb, certification)


def _asked_on(certification):
    """The day on which the agency was asked, or None."""
    return certification.asked_at and local(certification.asked_at).date()


@once
def begin(request, number):
    case = duties.case_of(request, number)
    agencies = Organization.objects.active().filter(kind__in=AGENCIES).order_by("name")
    form = CertificationForm(typed(request), agencies=agencies)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        plan = Certification.begin(case, said["agency"], actor=request.user, kind=said["kind"])
        notices.say(request, _("Planned. Nobody was asked yet."))
        return redirect(plan)
    why = _("The agency learns of it only when you ask, and you ask only under a release.")
    return ask(
        request, form, _("Certification"), _("Plan it"), case.get_absolute_url(), about=about(case), why=why
    )


@require_GET
def view(request, certification):
    certification = _certification(request, "view", certification)
    acts = []
    if certification.state == "denied":
        acts.append(("ask", _("Ask again from the start…"), "link"))
    if certification.state == "asked":
        acts += [("sign", _("It was signed…"), "link"), ("deny", _("It was denied…"), "link")]
    if certification.state in ("planned", "asked"):
        acts.append(("withdraw", _("The person does not want it"), "press"))
    asked = certification.asked_at
    happened = [
        (_("Agency"), certification.agency.name),
        (_("Asked"), asked and f"{exactly(asked)}, {certification.asked_by.name}"),
        (_("Answered on"), certification.answered_on and exactly(certification.answered_on)),
        (_("They said"), codes.load("cases", "certification_denials").label(certification.denial)),
    ]
    return duties.page(
        request, certification, what=certification.kind_in_words, law=LAW, said=[], happened=happened,
        acts=acts, say=_("It stays here. An agency learns of it only under a release for exactly this."),
    )  # fmt: skip


@step_up
def ask_agency(request, certification):
    """A page that says what happens, and the press; without a release the way to one."""
    return _asked(
        request, certification, "ask", _("Ask the agency"), _("They were asked. It is in the ledger.")
    )


@step_up
def ask_again(request, certification):
    return _asked(request, certification, "ask_again", _("Ask again"), _("Asked again. It is in the ledger."))


def _asked(request, pk, verb, heading, sentence):
    certification = _certification(request, verb, pk)
    refused = False
    if request.method == "POST":
        try:
            getattr(certification, verb)(actor=request.user)
        except NotReleased:
            refused = True
        else:
            notices.say(request, sentence)
            return redirect(certification)
    certification = _certification(request, verb, pk) if refused else certification
    context = {"duty": certification, "heading": heading, "release": certification.release}
    return render(request, "cases/duty/ask.html", context)


def sign(request, certification):
    certification = _certification(request, "sign", certification)
    form = SignedForm(typed(request), asked_on=_asked_on(certification))
    if request.method == "POST" and form.is_valid():
        certification.sign(form.cleaned_data["on"], actor=request.user)
        notices.say(request, _("Kept."))
        return redirect(certification)
    return duties.ask_about(request, certification, form, _("Signed"), _("Keep it"))


def deny(request, certification):
    certification = _certification(request, "deny", certification)
    form = DeniedForm(typed(request), asked_on=_asked_on(certification))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        certification.deny(said["on"], said["reason"], actor=request.user)
        notices.say(request, _("Kept. It can be asked for again."))
        return redirect(certification)
    return duties.ask_about(request, certification, form, _("Denied"), _("Keep it"))


@require_POST
def withdraw(request, certification):
    certification = _certification(request, "withdraw", certification)
    certification.withdraw(actor=request.user)
    notices.say(request, _("Withdrawn. If the agency was asked, tell it under the release."))
    return redirect(certification)
