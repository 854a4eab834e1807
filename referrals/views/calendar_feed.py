"""What a member's calendar reads: how many follow-ups are due when, by a secret address and no sign-in."""

from collections import Counter
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_safe

from orgs import audit, clock, icalendar, tenancy
from orgs.models import MemberLink
from orgs.rate import slowly
from orgs.sign_in import Backend, signed_in
from orgs.views.mailbox import organization_of_link
from referrals.desk import followups_of

BACK, AHEAD = timedelta(days=30), timedelta(days=92)
MOST = 500  # follow-ups that one answer counts
LANGUAGE = "en"  # of every calendar, so that it does not tell whose it is
NOTED_EVERY = timedelta(minutes=10)


@login_not_required
@require_safe
@slowly(60)
def feed_calendar(request, key):
    """The calendar of the member who has this key; a key that was revoked never was (R6, R38).

    It counts what the member may see at this moment, so nothing from which they are walled, and stops with
    their account. A figure is no look at a record: no line of the audit is left (decision 29).
    """
    hashed = MemberLink.hash_of(key)
    tenancy.act_for(organization_of_link(hashed, "calendar"))
    link = MemberLink.objects.filter(what="calendar", key_hash=hashed).first()
    member = signed_in(None, link.user_id) if link else None
    if member is None or not may_read(member):
        raise Http404
    note_asked(link)
    with override(LANGUAGE), audit.unseen():
        text = icalendar.calendar(
            due(member),
            name="Causeway",
            summary=in_words,
            uid=lambda at: uid_of(link, at),
            stamp=link.made_at,
        )
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def may_read(member):
    """Whether this account would open now, and its organization lets members have calendars."""
    open_now = Backend().user_can_authenticate(member) and not member.is_dormant
    return open_now and member.organization.may_feed


def due(member):
    """(moment, how many of the member's follow-ups are due then) pairs, in order."""
    now = clock.now()
    mine = followups_of(member).filter(due_at__gt=now - BACK, due_at__lt=now + AHEAD)
    counted = Counter(
        at.replace(second=0, microsecond=0) for at in mine.values_list("due_at", flat=True)[:MOST]
    )
    return sorted(counted.items())


def in_words(count):
    """All that an entry says."""
    return ngettext("Causeway: %(n)d item", "Causeway: %(n)d items", count) % {"n": count}


def uid_of(link, moment):
    """The same for one moment of one calendar, whatever it counts; it tells nothing of either."""
    key = f"{link.pk}/{moment.isoformat()}"
    return f"{salted_hmac('causeway.calendar', key, algorithm='sha256').hexdigest()[:32]}@causeway"


def note_asked(link):
    """Let the member see that somebody reads it; roughly, because a calendar asks all day."""
    now = clock.now()
    if link.asked_at is None or now - link.asked_at > NOTED_EVERY:
        MemberLink.objects.filter(pk=link.pk).update(asked_at=now)
