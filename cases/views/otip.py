"""The request for a minor from abroad to the HHS Office on Trafficking in Persons (R30)."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.duty_words import otip_facts
from cases.forms.report import OtipAnswerForm, OtipFactsForm, OtipForm, OtipSentForm
from cases.models import OtipRequest
from cases.views import duty as duties
from cases.views.asking import about, ask, typed
from orgs import audit, clock, codes, notices
from orgs.access import verbs_of
from orgs.once import once
from orgs.sign_in import step_up
from orgs.words import exactly

LAW = "22 U.S.C. 7105(b)(1)(G)"


def _request(request, verb, otip):
    return duties.duty_of(request, OtipRequest, verb, otip)


@once
def begin(request, number):
    return begin_on(request, duties.case_of(request, number))


def begin_on(request, of):
    """The form, for a case or an intake that the reader may work."""
    form = OtipForm(typed(request), person=of.person, initial={"since": clock.now()})
    if request.method == "POST" and form.is_valid():
        made = []
        if duties.done(
            request,
            form,
            lambda: made.append(OtipRequest.begin(of, actor=request.user, **form.cleaned_data)),
        ):
            if "view" not in verbs_of(request.user, made[0]):
                notices.say(request, _("It runs, with whoever has the case. Call them now and tell them."))
                return redirect(of)
            notices.say(request, _("It runs: 24 hours from the suspicion."))
            return redirect("write_otiprequest", otip=made[0].pk)
    why = _("For somebody under 18 who is not a citizen or lawful resident. Nobody writes down which status.")
    return ask(
        request,
        form,
        _("A minor from abroad"),
        _("Begin it"),
        of.get_absolute_url(),
        about=about(of),
        why=why,
    )


@require_GET
def view(request, otip):
    otip = _request(request, "view", otip)
    acts = [("print", _("To print"), "link")] if otip.facts else []
    if otip.state == "open":
        acts = [("write", _("Write the request…"), "link"), *acts, ("excuse", _("Not required…"), "link")]
    if otip.state == "sent":
        acts.append(("ask_again", _("They were asked again"), "press"))
    if otip.state == "answered" and not otip.due_at:
        acts.append(("answer", _("Another letter came…"), "link"))
    if otip.state == "not_required":
        acts.append(("reopen", _("It is required"), "press"))
    happened = [
        (_("To be sent by"), exactly(otip.send_by)),
        (_("Sent"), otip.sent_at and f"{exactly(otip.sent_at)}, {otip.sent_by.name}"),
        (_("How"), otip.sent_way and codes.load("cases", "otip_ways").label(otip.sent_way)),
        (_("Answer"), otip.answer_kind and otip.answer_in_words),
        (_("Day of the letter"), otip.letter_on and exactly(otip.letter_on)),
        (_("Helps until"), otip.interim_until and exactly(otip.interim_until)),
        (_("Number of the letter"), otip.reference),
    ]
    return duties.page(
        request, otip, what=_("Request to HHS for a minor from abroad"), law=LAW, said=otip_facts(otip),
        happened=happened, acts=acts,
        say=_("With a letter the minor gets help as a refugee does. The request says no status."),
    )  # fmt: skip


def write(request, otip):
    otip = _request(request, "write", otip)
    form = OtipFactsForm(typed(request), initial=otip.facts or _known(otip))
    if request.method == "POST" and form.is_valid():
        otip.write(actor=request.user, **form.cleaned_data)
        notices.say(request, _("Kept. Send it, and say so here."))
        return redirect(otip)
    return duties.ask_about(request, otip, form, _("The request"), _("Keep it"))


def _known(otip):
    person, case = otip.person, otip.case
    return {
        "called": person.name or person.alias, "born": person.born, "age": person.age(clock.now()),
        "language": person.language, "island": case.island if case else person.island,
        "concern": case.trafficking_kind if case else "",
    }  # fmt: skip


@step_up
def send(request, otip):
    otip = _request(request, "send", otip)
    if otip.state == "open" and not otip.is_written:
        return redirect("write_otiprequest", otip=otip.pk)
    form = OtipSentForm(typed(request), initial={"at": clock.now()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if duties.done(request, form, lambda: otip.send(actor=request.user, **said)):
            notices.say(request, _("It is in the ledger. You will be reminded to ask for the letter."))
            return redirect(otip)
    return duties.ask_about(request, otip, form, _("The request went"), _("It was sent"))


@require_POST
def ask_again(request, otip):
    otip = _request(request, "ask_again", otip)
    otip.ask_again(actor=request.user)
    notices.say(request, _("Kept. A week until the next time."))
    return redirect(otip)


def answer(request, otip):
    otip = _request(request, "answer", otip)
    form = OtipAnswerForm(typed(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if duties.done(request, form, lambda: otip.answer(actor=request.user, **said)):
            notices.say(request, _("Kept."))
            return redirect(otip)
    return duties.ask_about(request, otip, form, _("The answer of the office"), _("Keep it"))


def excuse(request, otip):
    return duties.excuse(request, OtipRequest, otip)


@require_POST
def reopen(request, otip):
    return duties.reopen(request, OtipRequest, otip)


@require_GET
@step_up
def print_page(request, otip):
    otip = _request(request, "print", otip)
    audit.viewed(request.user, otip, verb="print")
    context = {
        "duty": otip, "title": _("Request for assistance: a minor from abroad"),
        "to": _("HHS Office on Trafficking in Persons"), "law": LAW, "facts": otip_facts(otip),
    }  # fmt: skip
    return render(request, "cases/duty/print.html", context)
