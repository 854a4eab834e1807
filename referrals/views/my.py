"""A referrer's own packets: what asks for an answer, what is not sent yet, and all the rest."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from orgs import audit
from orgs.clock import now
from orgs.reference import is_valid, normalize
from referrals.models import Referral, ReferralCopy
from referrals.projection import projection, question_alone

PAGE = 25
AT_THE_TOP = 20  # drafts and questions shown; an officer with more has them in the list below


def my_referrals(request):
    """The packets that a member filed, or a unit's for its head; and the search among them (R7)."""
    if not request.user.refers:
        raise PermissionDenied
    mine = Referral.objects.visible_to(request.user).sent_by(request.user).select_related("receiver")
    asked_for = request.GET.get("q", "").strip()
    found = _find(request, mine, asked_for) if asked_for else None
    if found:
        return redirect(found)
    page = list(_from_cursor(mine.exclude(state="draft"), request.GET.get("before", ""))[: PAGE + 1])
    first = not request.GET.get("before")
    drafts = list(mine.filter(state="draft")[:AT_THE_TOP]) if first else []
    questions = list(mine.questions()[:AT_THE_TOP]) if first else []
    rows = projected([*questions, *drafts, *page[:PAGE]], request.user)
    context = {
        "questions": rows[: len(questions)],
        "drafts": rows[len(questions) :][: len(drafts)],
        "packets": rows[len(questions) + len(drafts) :],
        "older": _cursor(page[PAGE - 1]) if len(page) > PAGE else "",
        "first": first,
        "asked_for": asked_for,
    }
    return render(request, "referrals/referral/my.html", context)


def _find(request, mine, text):
    """One's own packet with this reference, or None: as if there were none, whosever it is (R6, R7)."""
    audit.viewed(request.user, Referral, verb="search")
    return mine.filter(reference=normalize(text)).first() if is_valid(text) else None


def projected(referrals, member):
    """The rows as a member of their side may see them, their own words with them, in one query."""
    moment, alone = now(), {one.pk for one in referrals if one.opens_question_alone(member)}
    whole = [one for one in referrals if one.pk not in alone]
    copies = {copy.referral_id: copy.content for copy in ReferralCopy.objects.filter(referral__in=whole)}
    return [
        question_alone(projection(one, moment))
        if one.pk in alone
        else projection(one, moment, copies.get(one.pk))
        for one in referrals
    ]


def _cursor(referral):
    return "?" + urlencode({"before": f"{referral.saved_at.isoformat()}~{referral.pk}"})


def _from_cursor(packets, cursor):
    """The packets after the one that a link names; a link that is no link starts from the newest."""
    said, _, pk = cursor.partition("~")
    try:
        moment, pk = datetime.fromisoformat(said), UUID(pk)
    except ValueError:
        return packets
    return packets.before(moment, pk) if moment.tzinfo else packets
