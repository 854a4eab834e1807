"""The moves of a handoff that are one press, or one small form."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import NoSupervisorLeft, Release
from cases.views.asking import ask
from cases.views.looked_up import CASES
from orgs import notices
from orgs.access import get_permitted
from orgs.record import IllegalMove
from referrals import handover
from referrals.forms.handoff import (
    AcceptForm,
    CallForm,
    DeclineForm,
    PassOnForm,
    RecallAnswerForm,
    RecallForm,
)
from referrals.matches import matches_of, unseen
from referrals.models import Handoff
from referrals.models.handoff_hands import CANNOT
from referrals.views.handoff import HANDOFFS, must_be_in


def found(request, verb, reference):
    """The handoff, through the door of this verb, in a state from which the verb can start."""
    handoff = get_permitted(request.user, f"{verb}_handoff", HANDOFFS, reference=reference)
    must_be_in(handoff, verb)
    return handoff


@require_POST
def submit(request, reference):
    handoff = found(request, "submit", reference)
    handoff.submit(actor=request.user)
    notices.say(request, _("Sent to a supervisor for review."))
    return redirect(handoff)


@require_POST
def discard(request, reference):
    handoff = found(request, "discard", reference)
    handoff.discard(actor=request.user)
    notices.say(request, _("Put away. Nothing was sent."))
    return redirect("handoffs")


@require_POST
def acknowledge(request, reference):
    handoff = found(request, "acknowledge", reference)
    handoff.acknowledge(actor=request.user)
    notices.say(
        request, _("Acknowledged. %(sender)s sees that it was read.") % {"sender": handoff.organization}
    )
    return redirect(handoff)


@require_POST
def confirm(request, reference):
    handoff = found(request, "confirm", reference)
    handoff.confirm(actor=request.user)
    if handoff.state == "connected":
        said = _("Connected. %(receiver)s is responsible from now on.") % {"receiver": handoff.receiver}
    else:
        said = _("Confirmed. %(sender)s stays responsible until the other side confirms too.")
        said %= {"sender": handoff.organization}
    notices.say(request, said)
    return redirect(handoff)


def propose_call(request, reference):
    """A time at which the two advocates speak, so that nobody arrives at a stranger's door."""
    handoff = found(request, "propose_call", reference)
    form = CallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        handoff.propose_call(form.cleaned_data["call_at"], actor=request.user)
        notices.say(request, _("Proposed. It stands when the other side agrees."))
        return redirect(handoff)
    return ask(request, form, _("A call before they go"), _("Propose it"), handoff.get_absolute_url())


@require_POST
def agree_call(request, reference):
    handoff = found(request, "agree_call", reference)
    handoff.agree_call(actor=request.user)
    notices.say(request, _("Agreed. You are both reminded before."))
    return redirect(handoff)


@require_POST
def tell_plan(request, reference):
    """They were called: what they hold is an older plan. Nothing of the newer one goes with this."""
    handoff = found(request, "tell_plan", reference)
    handoff.tell_plan(actor=request.user)
    notices.say(request, _("Noted: they know that the plan has changed."))
    return redirect(handoff)


@require_POST
def complete(request, reference):
    handoff = found(request, "complete", reference)
    handoff.complete(actor=request.user)
    notices.say(request, _("Completed."))
    return redirect(handoff)


@require_POST
def put_away(request, reference):
    handoff = found(request, "put_away", reference)
    handoff.put_away(actor=request.user)
    notices.say(request, _("Put away. The case is yours as before."))
    return redirect(handoff)


@require_POST
def redraft(request, reference):
    """A new draft with what this one held, under the release that is open now, if there is one."""
    handoff = found(request, "put_away", reference)
    mine = {"pk": handoff.own_file().case_id}
    case = get_permitted(request.user, "hand_off_case", CASES, **mine)
    release = Release.objects.open_for(case.person, handoff.receiver, handover.TRANSFER).first()
    again = handoff.redraft(handoff.receiver, actor=request.user, release=release)
    return redirect("edit_handoff", again.reference)


def accept(request, reference):
    """Name the advocate who takes it; a capacity question is answered with one press."""
    handoff = found(request, "accept", reference)
    if not handoff.identified:
        if request.method == "POST":
            handoff.accept(actor=request.user)
            notices.say(request, _("Answered: there is a place."))
        return redirect(handoff)
    handoff.must_open_for(request.user)
    content = handoff.own_file().content
    alike, hidden = matches_of(content, request.user), unseen(content, request.user)
    house = request.user.organization_id
    form = AcceptForm(request.POST or None, organization_id=house, handoff=handoff, matches=alike)
    if request.method == "POST" and form.is_valid() and taken_in(request, form, handoff, hidden):
        notices.say(request, _("Accepted. A case of your own was made from the file."))
        seen = Handoff.objects.visible_to(request.user).filter(pk=handoff.pk).exists()
        return redirect(handoff if seen else "home")
    context = {"form": form, "handoff": handoff, "matches": alike}
    return render(request, "referrals/handoff/accept.html", context)


def taken_in(request, form, handoff, hidden):
    """Accept as the form has it; False, with the form saying why, where a wall is in the way (R25, R42)."""
    advocate, known = form.cleaned_data["advocate"], form.cleaned_data.get("known", [])
    try:
        handoff.accept(advocate, actor=request.user, known=[*known, *hidden])
    except NoSupervisorLeft as refused:
        form.add_error(None, refused.why)
    except IllegalMove as refused:
        if refused.reason != CANNOT:
            raise
        form.add_error("advocate", refused.reason)
    else:
        return True
    handoff.refresh_from_db()
    return False


def decline(request, reference):
    handoff = found(request, "decline", reference)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        handoff.decline(form.cleaned_data["reason"], actor=request.user)
        notices.say(request, _("Declined. %(sender)s was told.") % {"sender": handoff.organization})
        return redirect(handoff)
    return render(request, "referrals/handoff/decline.html", {"form": form, "handoff": handoff})


def answer_recall(request, reference):
    """What was accepted was taken back: what becomes of the receiver's own case."""
    handoff = found(request, "answer_recall", reference)
    if not handoff.recall_unanswered:
        raise IllegalMove("answer_recall", handoff)
    form = RecallAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        handoff.answer_recall(form.cleaned_data["answer"], actor=request.user)
        notices.say(request, _("Noted. Nobody outside your organization reads it."))
        return redirect(handoff)
    why = _("Nobody outside your organization reads what you answer here.")
    heading = _("It was taken back")
    return ask(request, form, heading, _("Note it"), handoff.get_absolute_url(), why=why)


def recall(request, reference):
    handoff = found(request, "recall", reference)
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        handoff.recall(form.cleaned_data["reason"], actor=request.user)
        notices.say(request, _("Taken back. The file no longer opens there."))
        return redirect(handoff)
    return render(request, "referrals/handoff/recall.html", {"form": form, "handoff": handoff})


def pass_on(request, reference):
    handoff = found(request, "pass_on", reference)
    ours = request.user.organization_id
    case = handoff.own_file().case if ours == handoff.organization_id or handoff.accepted_at else None
    form = PassOnForm(request.POST or None, organization_id=ours, person=case and case.person)
    if request.method == "POST" and form.is_valid():
        member = form.cleaned_data["member"]
        handoff.pass_on(member, actor=request.user)
        notices.say(request, _("Passed on to %(name)s.") % {"name": member.name})
        return redirect(handoff)
    return render(request, "referrals/handoff/pass_on.html", {"form": form, "handoff": handoff})
