"""Letters from the public page, on the side of those who read them."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.views.asking import ask, typed
from orgs import audit, codes, notices, words
from orgs.access import get_permitted, lasting
from orgs.doors import for_roles
from orgs.once import once
from orgs.places import place_of
from orgs.roles import VICTIM_SERVICES
from orgs.views import running
from referrals.dues import with_due
from referrals.forms.inquiry import AnswerForm, RefuseForm
from referrals.forms.public import BASIS, DANGER, NEEDS, TIMES, WAYS
from referrals.models import Inquiry
from referrals.views.inbox import must_be_in
from referrals.views.inbox_rows import island, letter_row, letter_rows, letter_state
from referrals.views.intake import beyond

LETTERS = lasting(Inquiry.objects.select_related("organization", "intake__case", "acknowledged_by"))
SHOWN = 50


def found(request, verb, pk):
    """The letter, through the door of this verb, in a state from which the verb can start."""
    inquiry = get_permitted(request.user, f"{verb}_inquiry", LETTERS, pk=pk)
    if verb in inquiry.MOVES:
        must_be_in(inquiry, verb)
    return inquiry


@for_roles(*VICTIM_SERVICES)
@require_GET
def letters(request):
    """Every letter that the reader may see: what asks for something first, then the newest."""
    member = request.user
    mine = Inquiry.objects.filter(organization_id=member.organization_id).visible_to(member)
    waits, place = letter_rows(member, SHOWN), place_of(request.GET.get("after", ""))
    rest = mine.exclude(pk__in=[row.pk for row in waits]).order_by("-arrived_at", "-id")
    if place:
        rest = rest.filter(beyond(*place, newest_first=True))
    rest = list(rest[: SHOWN + 1])
    shown = [letter_row(row) for row in rest[:SHOWN]]
    audit.viewed(member, Inquiry, "list", count=len(waits) + len(shown))
    context = {"waits": waits, "rest": shown, "older": "", "newest": request.path if place else ""}
    if len(rest) > SHOWN:
        context["older"] = f"?after={shown[-1].arrived_at.isoformat().replace('+00:00', 'Z')}_{shown[-1].pk}"
    return render(request, "referrals/inquiry/list.html", context)


@require_GET
def view_inquiry(request, pk):
    """What was said, what was written since, and what can be done."""
    inquiry = found(request, "view", pk)
    audit.viewed(request.user, inquiry)
    clock_name = "acknowledge_inquiry" if inquiry.state == "waiting" else "answer_inquiry"
    due = with_due(Inquiry.objects.filter(pk=pk), clock_name, request.user.organization_id)
    runs = inquiry.state == "waiting" or (inquiry.state == "acknowledged" and inquiry.asked_at)
    context = {
        "inquiry": letter_row(inquiry),
        "state": letter_state(inquiry),
        "due_at": due.values_list("due_at", flat=True).first() if runs else None,
        "facts": facts_of(inquiry),
        "thread": inquiry.messages.select_related("by"),
        "can": {verb for verb, (starts, _end) in inquiry.MOVES.items() if inquiry.state in starts},
        "intake_url": intake_url(inquiry, request.user),
        "refused_because": codes.load("referrals", "letter_refusals").label(inquiry.reason),
    }
    return render(request, "referrals/inquiry/view.html", context)


def intake_url(inquiry, member):
    """Where the intake is, for one who may open it."""
    if not inquiry.intake_id:
        return ""
    seen = type(inquiry.intake).objects.visible_to(member).filter(pk=inquiry.intake_id)
    return inquiry.intake.get_absolute_url() if seen.exists() else ""


def facts_of(inquiry):
    """What they said in answers, without what is empty."""
    said, languages = inquiry.content, codes.load("orgs", "languages")
    ages = codes.load("referrals", "age_groups")
    language = str(languages.label(said.get("language", "")))
    if said.get("interpreter"):
        language = _("%(language)s, interpreter needed") % {"language": language}
    facts = [
        (_("Who needs help"), dict(BASIS).get(said.get("basis"), "")),
        (_("Danger"), dict(DANGER).get(said.get("danger"), _("Not said; read as if there could be"))),
        (_("What to call the writer"), said.get("called", "")),
        (_("What to call the other person"), said.get("other", "")),
        (_("What would help"), "; ".join(str(NEEDS.label(code)) for code in said.get("needs", ()))),
        (_("How to answer"), dict(WAYS).get(said.get("way"), "")),
        (_("Phone"), words.phone(said.get("phone", ""))),
        (_("When"), "; ".join(str(TIMES.label(code)) for code in said.get("times", ()))),
        (_("If somebody else answers"), said.get("ask_for", "")),
        (_("Never do"), said.get("never", "")),
        (_("Age of whoever needs help"), ages.label(said.get("age_group", "unknown"))),
        (_("Help is needed on"), island(said.get("island"))),
        (_("Language"), language),
    ]
    return [(label, value) for label, value in facts if value]


@require_GET
def clocks_inquiry(request, pk):
    inquiry = found(request, "view", pk)
    return running.shown(request, inquiry, back_label=_("The letter"))


@require_POST
def acknowledge(request, pk):
    """Somebody has read it; an intake begins."""
    inquiry = found(request, "acknowledge", pk)
    intake = inquiry.acknowledge(actor=request.user)
    notices.say(request, _("%(number)s is begun from it.") % {"number": intake.number})
    return redirect(intake)


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request, pk):
    inquiry = found(request, "refuse", pk)
    form = RefuseForm(typed(request))
    if form.is_valid():
        inquiry.refuse(form.cleaned_data["reason"], actor=request.user)
        notices.say(request, _("Refused. A supervisor can take that back."))
        return redirect(inquiry)
    why = _("In doubt it is a person: read it as one. Whoever wrote it is told nothing of this.")
    return ask(request, form, _("Not a letter for us"), _("Refuse it"), inquiry.get_absolute_url(), why=why)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def answer(request, pk):
    """Write back; they read it when they come with their number."""
    inquiry = found(request, "answer", pk)
    form = AnswerForm(typed(request))
    if form.is_valid():
        inquiry.answer(form.cleaned_data["text"], actor=request.user)
        notices.say(request, _("It is there for them to read. Nothing was sent to them."))
        return redirect(inquiry)
    back, about = inquiry.get_absolute_url(), letter_row(inquiry).what
    return ask(request, form, _("Answer on the public page"), _("Put it there"), back, about=about)


def press(verb, said):
    """The view of a move that asks for nothing."""

    @require_POST
    def view(request, pk):
        inquiry = found(request, verb, pk)
        getattr(inquiry, verb)(actor=request.user)
        notices.say(request, said())
        return redirect(inquiry)

    return view


put_by = press("put_by", lambda: _("It asks for no answer any more."))
restore = press("restore", lambda: _("It waits to be read again."))
end = press("end", lambda: _("Closed. They can read it still, and write a new letter."))
reopen = press("reopen", lambda: _("They can write here again."))
