"""A mandated report (R29): begun, made by voice, written, sent, and the person told."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.duty_words import report_facts
from cases.forms.report import OralForm, ReportFactsForm, ReportForm, ToldForm, WrittenForm
from cases.models import MandatedReport
from cases.views import duty as duties
from cases.views.asking import about, ask, typed
from orgs import audit, clock, codes, notices
from orgs.access import verbs_of
from orgs.once import once
from orgs.sign_in import step_up
from orgs.words import exactly


def _report(request, verb, report):
    return duties.duty_of(request, MandatedReport, verb, report)


@once
def begin(request, number):
    return begin_on(request, duties.case_of(request, number))


def begin_on(request, case):
    """The form, for a case or an intake that the reader may work."""
    form = ReportForm(typed(request), initial={"since": clock.now(), "about": "person"})
    if request.method == "POST" and form.is_valid():
        report = MandatedReport.begin(case, actor=request.user, **form.cleaned_data)
        if "view" not in verbs_of(request.user, report):
            notices.say(request, _("It runs, with whoever has the case. Call now, and tell them so."))
            return redirect(case)
        notices.say(request, _("It runs. Call now, then write it down here."))
        return redirect(report)
    why = _("If somebody is in danger now, call 911 first.")
    return ask(
        request,
        form,
        _("A mandated report"),
        _("Begin it"),
        case.get_absolute_url(),
        about=about(case),
        why=why,
    )


@require_GET
def view(request, report):
    report = _report(request, "view", report)
    acts = [("print", _("To print"), "link")] if report.facts else []
    if report.state in ("open", "oral_made"):
        acts.insert(0, ("write", _("Write the report…"), "link"))
    if report.state == "open":
        acts.append(("excuse", _("Not required…"), "link"))
    if report.state == "not_required":
        acts.append(("reopen", _("It is required"), "press"))
    elif not report.is_told and report.state != "written_sent":
        acts.append(("tell_person", _("Tell the person…"), "link"))
    return duties.page(
        request, report, what=report.kind_in_words, law=report.law, said=report_facts(report),
        happened=_happened(report), acts=acts,
        say=" ".join([
            *([call_first()] if report.state == "open" else ()),
            _("The law demands this report with or without a release. Tell as little as protects them."),
        ]),
    )  # fmt: skip


def call_first():
    """Whom to call, with the numbers that hold day and night on each island."""
    numbers = codes.load("orgs", "numbers")
    return _(
        "Call first: the police at %(all)s (on St. Croix from a mobile phone %(stx)s), or the Department of "
        "Human Services, child and adult protection."
    ) % {
        "all": numbers["emergency"].extra["shown"],
        "stx": numbers["emergency_stx_mobile"].extra["shown"],
    }


def _happened(report):
    word = lambda table, code: codes.load("cases", table).label(code) if code else ""  # noqa: E731
    oral, written, told = report.oral_at, report.written_at, report.told_at
    return [
        (_("About"), word("report_subjects", report.about)),
        (_("By voice due"), exactly(report.oral_due_at)),
        (_("By voice"), oral and f"{exactly(oral)}, {report.oral_by.name}"),
        (_("Told to"), word("report_recipients", report.oral_to)),
        (_("Taken by"), report.oral_taken_by),
        (_("Release"), word("report_overrides", report.override)),
        (_("In writing due"), exactly(report.written_due_at)),
        (_("In writing"), written and f"{exactly(written)}, {report.written_by.name}"),
        (_("Sent"), word("report_ways", report.written_way)),
        (
            _("The person"),
            told and f"{word('report_told', report.told)} ({exactly(told)}, {report.told_by.name})",
        ),
    ]


@step_up
def record_oral(request, report):
    report = _report(request, "record_oral", report)
    form = OralForm(typed(request), initial={"at": clock.now()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if duties.done(request, form, lambda: report.record_oral(actor=request.user, **said)):
            notices.say(request, _("It is in the ledger. Now the written report."))
            return redirect("write_mandatedreport", report=report.pk)
    why = _("%(call)s Say only what protects them; nothing of the help that anybody gets here.") % {
        "call": call_first()
    }
    return duties.ask_about(request, report, form, _("The report by voice"), _("It was made"), why=why)


def write(request, report):
    report = _report(request, "write", report)
    form = ReportFactsForm(typed(request), initial=report.facts or _known(report))
    if request.method == "POST" and form.is_valid():
        report.write(actor=request.user, **form.cleaned_data)
        notices.say(request, _("Kept. Print it, send it, and say so here."))
        return redirect(report)
    return duties.ask_about(request, report, form, _("The written report"), _("Keep it"))


def _known(report):
    """What is known already, if the report is about the person of the case."""
    if report.about != "person":
        return {}
    return {"called": report.person.name or report.person.alias, "age": report.person.age(clock.now())}


@step_up
def send_written(request, report):
    report = _report(request, "send_written", report)
    if report.state == "oral_made" and not report.is_written:
        return redirect("write_mandatedreport", report=report.pk)
    form = WrittenForm(typed(request), initial={"at": clock.now()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if duties.done(request, form, lambda: report.send_written(actor=request.user, **said)):
            notices.say(request, _("It is in the ledger."))
            return redirect(report)
    return duties.ask_about(request, report, form, _("The written report went"), _("It was sent"))


def tell_person(request, report):
    """With the safe-contact plan above the button: nobody is told in a way that harms them (R37)."""
    report = _report(request, "tell_person", report)
    plan = report.person.plan
    form = ToldForm(typed(request), plan=plan)
    if request.method == "POST" and form.is_valid():
        report.tell_person(form.cleaned_data["answer"], actor=request.user)
        notices.say(request, _("Kept."))
        return redirect(report)
    return duties.ask_about(
        request, report, form, _("Tell the person"), _("Keep it"),
        plan=plan, gated=not (plan and plan.is_verified),
    )  # fmt: skip


def excuse(request, report):
    return duties.excuse(request, MandatedReport, report)


@require_POST
def reopen(request, report):
    return duties.reopen(request, MandatedReport, report)


@require_GET
@step_up
def print_page(request, report):
    """The paper for the agency: the least facts, no number of ours, nothing of what is done here."""
    report = _report(request, "print", report)
    audit.viewed(request.user, report, verb="print")
    to = codes.load("cases", "report_recipients").label(report.oral_to) if report.oral_to else ""
    context = {
        "duty": report, "title": _("Report of suspected abuse"), "kind": report.kind_in_words,
        "to": to, "law": report.law, "facts": report_facts(report), "oral_at": report.oral_at,
    }  # fmt: skip
    return render(request, "cases/duty/print.html", context)
