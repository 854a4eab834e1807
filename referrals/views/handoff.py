"""The pages of a handoff: the list, one handoff, the draft, the snapshot."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.models import Release
from cases.views.looked_up import CASES
from orgs import audit, notices
from orgs.access import get_permitted, lasting
from orgs.models import Organization
from orgs.once import once
from orgs.record import IllegalMove
from orgs.roles import VICTIM_SERVICES
from referrals import handover
from referrals.desk import handoffs_of_turn, listed
from referrals.forms.handoff import HandoffForm, ReceiverForm
from referrals.models import Handoff
from referrals.views.handoff_facts import actions, moments, page_of

SHOWN = 25
OPEN = ("draft", "supervisor_review", "returned", "offered", "acknowledged", "accepted", "connected")
HANDOFFS = lasting(Handoff.objects.select_related("receiver", "organization"))


@require_GET
def handoffs(request):
    """What waits for the reader, what is under way in and out, and what ended lately."""
    user = request.user
    if user.role not in VICTIM_SERVICES:
        raise Http404
    waiting = handoffs_of_turn(user)[:SHOWN]
    mine = Handoff.objects.visible_to(user).select_related("receiver", "organization")
    sides = Q(organization_id=user.organization_id) | Q(receiver_id=user.organization_id)
    going = listed(mine.filter(sides, state__in=OPEN).order_by("-drafted_at"), user, 2 * SHOWN)
    over = mine.filter(sides).exclude(state__in=(*OPEN, "discarded")).order_by("-drafted_at")
    ended = listed(over, user, SHOWN)
    context = {
        "waiting": waiting,
        "incoming": [h for h in going if h.receiver_id == user.organization_id],
        "outgoing": [h for h in going if h.organization_id == user.organization_id],
        "ended": ended,
    }
    return render(request, "referrals/handoff/handoffs.html", context)


@require_GET
def view_handoff(request, reference):
    """One handoff, for either side; a reviewer sees what would be sent beside what was signed."""
    handoff = get_permitted(request.user, "view_handoff", HANDOFFS, reference=reference)
    audit.viewed(request.user, handoff)
    return render(request, "referrals/handoff/view.html", page(request.user, handoff))


def page(user, handoff, **more):
    """The context of the page of one handoff for one of its two sides."""
    context = page_of(handoff, user)
    context["actions"], context["moments"] = actions(handoff, user, context), moments(handoff)
    return {**context, **more}


@once
def hand_off_case(request, number):
    """Draft a handoff of a case: choose the receiver, then what may go under the open release (R10)."""
    case = get_permitted(request.user, "hand_off_case", CASES, number=number)
    receivers = list(Organization.objects.helping().exclude(pk=case.organization_id))
    receiver = next((r for r in receivers if r.code == request.GET.get("to")), None)
    if receiver is None and len(receivers) == 1:
        receiver = receivers[0]
    if receiver is None:
        form = ReceiverForm(request.GET if "to" in request.GET else None, receivers=receivers)
        return render(request, "referrals/handoff/receiver.html", {"form": form, "case": case})
    release = None
    if "question" not in request.GET:
        release = Release.objects.open_for(case.person, receiver, handover.TRANSFER).first()
    form = HandoffForm(
        request.POST or None,
        case=case,
        release=release,
        receiver=receiver,
        initial={"priority": case.priority},
    )
    if request.method == "POST" and form.is_valid():
        handoff = Handoff.draft(
            case, receiver, actor=request.user, release=release, content=form.content(), **form.facts()
        )
        return saved(request, handoff)
    context = {"form": form, "case": case, "receiver": receiver, "release": release}
    return render(request, "referrals/handoff/edit.html", context)


def edit_handoff(request, reference):
    """Change a draft, or what came back from review."""
    handoff = get_permitted(request.user, "edit_handoff", HANDOFFS, reference=reference)
    must_be_in(handoff, "edit")
    file = handoff.own_file()
    release = file.release if handoff.identified else None
    form = HandoffForm(
        request.POST or None,
        case=file.case,
        release=release,
        receiver=handoff.receiver,
        initial=HandoffForm.initial_of(handoff, file.content),
    )
    if request.method == "POST" and form.is_valid():
        handoff.edit(actor=request.user, content=form.content(), **form.facts())
        return saved(request, handoff)
    context = {"form": form, "case": file.case, "receiver": handoff.receiver, "release": release}
    context |= {"handoff": handoff, "because": file.returned_because}
    return render(request, "referrals/handoff/edit.html", context)


def saved(request, handoff):
    """Straight to review where the button said so, else to the draft's page."""
    if "submit" in request.POST:
        handoff.submit(actor=request.user)
        notices.say(request, _("Sent to a supervisor for review."))
    else:
        notices.say(request, _("Saved as a draft. Nothing has left your organization."))
    return redirect(handoff)


def must_be_in(handoff, verb):
    """409 before a form is shown for a move that can no longer be made."""
    if handoff.state not in handoff.MOVES[verb][0]:
        raise IllegalMove(verb, handoff)
