"""The desk: what lies there unread, and what it does with a packet. Nothing here is about the person."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs import audit, clock, notices
from orgs.access import get_permitted, lasting
from orgs.models import Organization
from orgs.places import place_of
from orgs.record import IllegalMove
from orgs.roles import Role
from referrals import words_since
from referrals.dues import after, with_due
from referrals.forms.inbox import AskForm, RerouteForm
from referrals.models import Intake, Referral
from referrals.models.call_in import WHILE
from referrals.views.inbox_rows import answers, desk_rows, letter_rows, packet_rows, unread_words
from referrals.views.referral import desk_context
from referrals.views.shift_note import notes_for

PAGE = 25
DESK = (Role.INTAKE_WORKER, Role.SUPERVISOR)
RECEIVED = lasting(
    Referral.objects.select_related("organization", "receiver", "acknowledged_by", "rerouted_by")
)


@require_GET
def inbox(request):
    """Unread packets by their clock, then what waits for somebody to take it, then what was answered."""
    member = request.user
    if member.role not in DESK:
        raise Http404
    mine = Referral.objects.filter(receiver_id=member.organization_id, state="delivered").visible_to(member)
    unread = with_due(mine, "acknowledge_referral", member.organization_id).select_related(
        "organization", "rerouted_by"
    )
    place = place_of(request.GET.get("after", ""))
    unread = list(after(unread, place)[: PAGE + 1])
    shown, now = packet_rows(unread[:PAGE], member), clock.now()
    waiting, asked = desk_rows(member, PAGE)
    letters = letter_rows(member, PAGE)
    notes, taken = notes_for(member)
    audit.viewed(member, Referral, "list", count=len(shown))
    context = {
        "unread": shown,
        "letters": letters,
        "letters_unread": sum(row.state == "waiting" for row in letters),
        "letters_late": sum(row.due_at < now for row in letters),
        "late": sum(1 for row in shown if row.due_at and row.due_at < now),
        "waiting": waiting,
        "asked": asked,
        "written": answers(member),
        "words": unread_words(member, PAGE),
        "notes": notes,
        "taken": taken,
        "older": f"?after={key_of(shown[-1])}" if len(unread) > PAGE else "",
        "newest": request.path if place else "",
        "may_make": True,
    }
    return render(request, "referrals/intake/inbox.html", context)


def key_of(row):
    return f"{row.due_at.isoformat().replace('+00:00', 'Z')}_{row.pk}"


@require_POST
def acknowledge(request, reference):
    """Somebody at the desk has read it (R4). A second press changes nothing and says so."""
    referral = desk_side(request, "acknowledge_referral", reference)
    try:
        intake = referral.acknowledge(actor=request.user)
    except IllegalMove as late:
        if late.record.state not in ("acknowledged", "information_requested"):
            raise
        intake = intake_of(request.user, referral)
        messages.info(request, _("Already acknowledged. Nothing was changed."))
    else:
        notices.say(
            request,
            _("Acknowledged. The referrer sees that it was read, and nothing more from here on."),
        )
    return redirect(intake or referral)


def desk_side(request, codename, reference):
    """A packet that was sent to the reader's organization, through its door."""
    referral = get_permitted(request.user, codename, RECEIVED, reference=reference)
    if referral.receiver_id != request.user.organization_id:
        raise PermissionDenied
    return referral


def intake_of(member, referral):
    """The intake that came of a packet, as far as this member sees it; or None."""
    return Intake.objects.visible_to(member).filter(referral=referral).first()


def packet(request, referral):
    """The page of a packet at the desk that got it, from the desk's own copy (R16)."""
    intake = intake_of(request.user, referral)
    over, mark = referral.is_closed(clock.now()), referral.mark_of(request.user.organization_id)
    early = intake is None or intake.state in ("new", "triaged")
    if early and intake and intake.reopened_at:
        early = not intake.was_begun
    due = with_due(
        Referral.objects.filter(pk=referral.pk), "acknowledge_referral", request.user.organization_id
    )
    context = {
        "referral": referral,
        "intake": intake,
        "due_at": due.values_list("due_at", flat=True).first() if referral.state == "delivered" else None,
        "may_acknowledge": referral.state == "delivered",
        "mark": mark,
        "words": words_since.of_packet(referral, request.user),
        "may_call_in": referral.is_group and referral.state in WHILE,
        "may_ask": referral.state == "acknowledged" and not over and not mark,
        "may_write": referral.state in ("delivered", "acknowledged", "information_requested") and not over,
        "may_reroute": referral.state in ("delivered", "acknowledged") and not over and early and not mark,
        "may_fail": referral.state == "delivered",
        **desk_context(referral, request.user),
    }
    return render(request, "referrals/intake/packet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, reference):
    """Ask about the referral as written, never about the person now."""
    referral = desk_side(request, "ask_referral", reference)
    form = AskForm(request.POST or None)
    if form.is_valid():
        referral.ask(form.cleaned_data["topic"], form.cleaned_data["text"], actor=request.user)
        notices.say(request, _("The question is with the referrer."))
        return redirect(referral)
    must_be_in(referral, "ask")
    return render(request, "referrals/intake/ask.html", {"referral": referral, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def reroute(request, reference):
    """Send it on to the organization that should have it, before any contact; the clock runs on."""
    referral = desk_side(request, "reroute_referral", reference)
    others = list(Organization.objects.helping().exclude(pk=referral.receiver_id))
    form = RerouteForm(request.POST or None, organizations=others)
    if form.is_valid():
        to = form.cleaned_data["to"]
        referral.reroute(to, form.cleaned_data["reason"], actor=request.user)
        notices.say(request, _("Sent on to %(name)s. The clock runs on there.") % {"name": to})
        return redirect("inbox")
    must_be_in(referral, "reroute")
    return render(request, "referrals/intake/reroute.html", {"referral": referral, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def fail(request, reference):
    """Nobody here can take it and nobody else is named: the sender is told at once, and given numbers."""
    referral = desk_side(request, "fail_referral", reference)
    if request.method == "POST":
        referral.fail(actor=request.user)
        notices.say(request, _("The sender is told at once that it was not delivered, and whom to call."))
        return redirect("inbox")
    must_be_in(referral, "fail")
    return render(request, "referrals/intake/fail.html", {"referral": referral})


def must_be_in(record, verb):
    """A form for a move that can no longer start is not shown: 409 with the state as it is."""
    if record.state not in record.MOVES[verb][0]:
        raise IllegalMove(verb, record)
