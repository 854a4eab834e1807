"""A packet's page, for the side that sent it and the side that got it, and the moves of the sender."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.views.asking import ask, typed
from orgs import audit, notices
from orgs.access import get_permitted
from orgs.clock import now
from orgs.record import IllegalMove
from referrals import packet
from referrals.forms.referral import AnswerForm, HandOnForm, MarkErrorForm, MessageForm, RecallForm
from referrals.models.outcome import outcomes_for
from referrals.models.sender import TOO_LATE_TO_RECALL
from referrals.projection import projection, question_alone, said
from referrals.views.my import projected
from referrals.views.steps import REFERRALS

FORM_METHODS = ["GET", "HEAD", "POST"]


def sender_side(request, codename, reference):
    """A packet of the reader's own organization, through the door; the other side's members may not."""
    referral = get_permitted(request.user, codename, REFERRALS, reference=reference)
    if referral.organization_id != request.user.organization_id:
        raise PermissionDenied
    return referral


def seen_by_referrer(referral, member, outcomes=()):
    """The projection of a packet with all that was said, for its sender's page."""
    if referral.opens_question_alone(member):
        return question_alone(projection(referral, now(), messages=referral.messages_for(member)))
    return projection(referral, now(), referral.words(), referral.messages_for(member), outcomes)


def view(request, reference):
    """One packet: the projection for its sender, its content for the desk that got it."""
    referral = get_permitted(request.user, "view_referral", REFERRALS, reference=reference)
    audit.viewed(request.user, referral)
    if referral.organization_id != request.user.organization_id:
        return received(request, referral)
    if referral.state == "draft":
        return redirect("edit_referral", reference, referral.step)
    alone = referral.opens_question_alone(request.user)
    outcomes = () if alone else outcomes_for(request.user, referral)
    seen = seen_by_referrer(referral, request.user, outcomes)
    context = {
        "packet": seen,
        "may": referral.may & seen.moves,
        "form": AnswerForm() if "answer" in referral.may & seen.moves else None,
        "kept": referral.kept_from(request.user),
        **({} if alone else _group(request.user, referral)),
    }
    return render(request, "referrals/referral/view.html", context)


def received(request, referral):
    """The desk's page of a packet: what was written, what was said, and what the desk can do now."""
    from referrals.views import inbox

    return inbox.packet(request, referral)


def desk_context(referral, member):
    """What `_packet.html` and `_messages.html` show to a member of the receiving side, of its own copies."""
    copy = referral.copy_for(member.organization_id)
    words = copy.content if copy else {}
    return {
        "called": packet.called(words),
        "sections": packet.sections(referral, words),
        "sender": packet.sender(words),
        "said": [said(one) for one in referral.messages_for(member)],
        "is_over": referral.is_closed(now()),
    }


def _group(user, referral):
    """The notice that a packet was added to, or the packets of a notice, as far as the reader sees them."""
    if not referral.is_group and not referral.notice_id:
        return {}
    others = REFERRALS.visible_to(user).exclude(state="draft")
    added = others.filter(notice=referral).order_by("sent_at")[:100] if referral.is_group else ()
    notice = others.filter(pk=referral.notice_id).first() if referral.notice_id else None
    return {"added": projected(list(added), user), "notice": notice and notice.reference}


def print_page(request, reference):
    """The packet on paper, for the sender's own file."""
    referral = sender_side(request, "view_referral", reference)
    if referral.state == "draft":
        return redirect(referral)
    audit.viewed(request.user, referral, verb="print")
    return render(
        request, "referrals/referral/print.html", {"packet": seen_by_referrer(referral, request.user)}
    )


@require_http_methods(FORM_METHODS)
def answer(request, reference):
    """Answer the desk's question; GET shows the question and the form."""
    referral = sender_side(request, "answer_referral", reference)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        referral.answer(form.cleaned_data["text"], actor=request.user)
        notices.say(request, _("Your answer is with the desk."))
        return redirect(referral)
    seen = seen_by_referrer(referral, request.user)
    if "answer" not in seen.moves:
        raise IllegalMove("answer", referral)
    context = {"packet": seen, "form": form, "kept": referral.kept_from(request.user)}
    return render(request, "referrals/referral/answer.html", context)


@require_http_methods(FORM_METHODS)
def hand_on(request, reference):
    """Give the desk's question to somebody else of the agency; for the heads."""
    referral = sender_side(request, "hand_on_referral", reference)
    if "hand_on" not in projection(referral, now()).moves:
        raise IllegalMove("hand_on", referral)
    form = HandOnForm(typed(request), referral=referral)
    if form.is_valid():
        referral.hand_on(form.cleaned_data["member"], actor=request.user)
        notices.say(request, _("They have the question now. Its clock runs on."))
        return redirect(referral)
    heading, back = _("Give the question to somebody else"), referral.get_absolute_url()
    return ask(request, form, heading, _("Give it to them"), back, about=reference)


@require_http_methods(FORM_METHODS)
def write(request, reference):
    """A message to the other side, from either."""
    referral = get_permitted(request.user, "write_referral", REFERRALS, reference=reference)
    form = MessageForm(request.POST or None)
    if form.is_valid():
        referral.write_message(form.cleaned_data["text"], actor=request.user)
        frozen = referral.receiver_id == request.user.organization_id and referral.is_frozen(request.user)
        kept = _("Kept. It did not go to the officer.")
        notices.say(request, kept if frozen else _("Your message is with the other side."))
        return redirect(referral)
    context = {
        "reference": reference,
        "form": form,
        "from_desk": referral.organization_id != request.user.organization_id,
        "mark": referral.mark_of(request.user.organization_id),
        "kept": referral.kept_from(request.user),
    }
    return render(request, "referrals/referral/write.html", context)


@require_http_methods(FORM_METHODS)
def recall(request, reference):
    """Take a packet back before it is read; after that the page says what to do instead."""
    referral = sender_side(request, "recall_referral", reference)
    seen = projection(referral, now())
    if request.method == "GET" and "recall" not in seen.moves:
        context = {"packet": seen, "too_late": TOO_LATE_TO_RECALL if "write" in seen.moves else seen.sentence}
        return render(request, "referrals/referral/recall.html", context)
    form = RecallForm(request.POST or None)
    if form.is_valid():
        referral.recall(form.cleaned_data["reason"], form.cleaned_data["text"], actor=request.user)
        notices.say(request, _("It is recalled. Nobody had read it."))
        return redirect(referral)
    return render(request, "referrals/referral/recall.html", {"packet": seen, "form": form})


@require_http_methods(FORM_METHODS)
def mark_error(request, reference):
    """Say that a packet should not have been sent; it is kept, struck through."""
    referral = sender_side(request, "mark_error_referral", reference)
    form = MarkErrorForm(request.POST or None)
    if form.is_valid():
        referral.mark_error(form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("It is marked as entered in error, for you and for the desk."))
        return redirect(referral)
    return render(
        request, "referrals/referral/mark_error.html", {"packet": projection(referral, now()), "form": form}
    )
