"""The weekly reading of the audit: what stands out is said, answered, and the week is read (C16)."""

from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs import audit, audit_reviews, audit_search, clock, findings, notices
from orgs.alone import alone_from, is_alone
from orgs.audit_week import Week
from orgs.audit_week import findings as standing_out
from orgs.doors import for_roles
from orgs.forms.audit import AnswerForm
from orgs.models import AuditReview
from orgs.models.membership import NotNow
from orgs.roles import Role


@for_roles(Role.ADMINISTRATOR)
def review_audit(request):
    """The oldest week that nobody has read, or the one asked for; the press says that it is read."""
    if request.method == "POST":
        if not request.POST.get("shown"):
            return redirect("review_audit")
        try:
            audit_reviews.read(request.POST["shown"], actor=request.user)
        except NotNow as not_now:
            return _refused(request, not_now)
        notices.say(request, _("Recorded: this week of the audit is read."))
        return redirect("review_audit")
    audit.viewed(request.user, None, "view_audit", filters=["week"])
    return render(request, "orgs/review_audit.html", _page(request))


def _page(request):
    reader, running = request.user, Week.of(clock.now())
    waiting = audit_reviews.waiting(reader.organization_id)
    week = _asked_for(request, running) or (waiting[0] if waiting else running.after(-1))
    found = standing_out(reader, week)
    known, walled = audit_reviews.answers(reader, week), bool(audit_search.hidden_from(reader))
    alone, over = is_alone(reader), week.ends <= clock.now()
    rows = [_row(reader, week, one, known.get(one.key), walled, alone) for one in found]
    looks, unanswered = audit_reviews.looks(reader), sum(row["answer"] is None for row in rows)
    own = sum(row["own"] and row["answer"] is None for row in rows)
    earlier = [look for look in looks if look.week < week.first]
    for look in looks:
        look.told = audit_reviews.note_for(look, reader, walled)
        look.title = findings.KINDS[look.kind].title
        look.mark = audit_reviews.mark_of_look(reader, look)
        look.own = look.member_id == reader.pk and not alone
    return {
        "week": week,
        "is_over": over,
        "read": audit_reviews.reading_of(reader.organization_id, week),
        "waiting": waiting,
        "running": running,
        "before": week.after(-1),
        "after": week.after(1) if week.first < running.first else None,
        "kinds": [(kind, list(those)) for kind, those in groupby(rows, key=lambda row: row["kind"])],
        "unanswered": unanswered,
        "own": own,
        "alone": alone,
        "alone_from": alone_from(reader) if own else None,
        "looks": looks,
        "earlier": len(earlier),
        "last": audit_reviews.last_read(reader.organization_id),
        "shown": audit_reviews.mark_of_week(reader, week, found),
    }


def _asked_for(request, running):
    """The week of the address, or None; none that has not begun."""
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
        week = Week(day).after(0) if day.weekday() == 0 else None
    except (ValueError, OverflowError):
        return None
    return week if week and date(2000, 1, 1) < day <= running.first else None


def _row(reader, week, finding, answer, walled, alone):
    """What the page says of one finding, and what can be done with it."""
    about_me = finding.member == str(reader.pk)
    if answer:
        answer.told = audit_reviews.note_for(answer, reader, walled)
        answer.said = AuditReview.Decision(answer.decision).label
    return {
        "kind": findings.KINDS[finding.kind],
        "finding": finding,
        "url": f"{reverse('audit')}?{urlencode(finding.search(week))}",
        "receipt": f"{reverse('access_report')}?{urlencode({'record': finding.record})}"
        if finding.record
        else "",
        "answer": answer,
        "own": about_me and not alone,
        "about_me": about_me,
        "mark": audit_reviews.mark_of(reader, week, finding),
    }


@for_roles(Role.ADMINISTRATOR)
def answer_finding(request):
    """One finding, and what was found; without the page that showed it there is nothing to answer."""
    data = request.POST if request.method == "POST" else request.GET
    if not data.get("shown"):
        return redirect("review_audit")
    try:
        week, found = audit_reviews.asked(data["shown"], request.user)
        alone = is_alone(request.user)
        own = found.key[1] == str(request.user.pk)
        looked = isinstance(found, AuditReview)
        posted = request.POST if request.method == "POST" else None
        form = AnswerForm(posted, own=own, looked=looked)
        if form.is_valid():
            audit_reviews.answer(data["shown"], actor=request.user, **form.cleaned_data)
            notices.say(request, _("Kept."))
            return redirect(f"{reverse('review_audit')}?week={week.first}")
    except NotNow as not_now:
        return _refused(request, not_now)
    audit.viewed(request.user, None, "view_audit", filters=["finding"])
    context = {
        "form": form,
        "week": week,
        "shown": data["shown"],
        "title": findings.KINDS[found.key[0]].title,
        "sentence": "" if looked else found.sentence,
        "look": found if looked else None,
        "own": own and alone,
    }
    return render(request, "orgs/answer_finding.html", context)


def _refused(request, not_now):
    """The page that says why nothing was kept."""
    return render(request, "orgs/review_not_now.html", {"not_now": not_now}, status=409)
