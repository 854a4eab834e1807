"""How it stands with what a unit sent, for its head: from the packets' own views alone (R1, R47)."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs import clock
from orgs.clocks import clock_interval
from orgs.ladder import due
from referrals.desk import Panel
from referrals.models import Referral
from referrals.projection import projection

LIMIT = 1000  # packets of one unit in a month that are looked at; with more, figures say so
UNREAD = ("sent", "delivered")
READ = ("acknowledged", "information_requested")


def overview(head):
    """The context of the page: figures of the last days, and what waits for somebody of the unit.

    The days are those in which no packet can be closed to its referrer yet, so that each still shows when it
    was read. Nobody's words are opened, and no officer is counted.
    """
    now = clock.now()
    ours = (
        Referral.objects.visible_to(head).sent_by(head).filter(unit=head.unit_id).select_related("receiver")
    )
    since = now - timedelta(days=settings.REFERRAL_CLOSES_AFTER_DAYS)
    sent = [projection(one, now) for one in ours.filter(sent_at__gt=since)[:LIMIT]]
    questions = [projection(one, now) for one in ours.questions()[:LIMIT]]
    read = [one for one in sent if one.state in READ]
    in_time = [one for one in read if one.acknowledged_at <= _due(one)]
    unread = [one for one in sent if one.state in UNREAD]
    late = [one for one in unread if _due(one) < now]
    lost = [one for one in sent if one.state == "undeliverable"]
    figures = Panel(sent, cut=len(sent) == LIMIT), Panel(in_time), Panel(unread), Panel(questions)
    return {
        "questions": figures[-1],
        "late": Panel(late),
        "lost": Panel(lost),
        "tiles": list(_tiles(*figures, bool(late))),
        "days": settings.REFERRAL_CLOSES_AFTER_DAYS,
    }


def _due(packet):
    """By when it is to be read, by the measure that is told to every referrer and is the same for all desks.

    What a desk has set for itself is its own affair (R3).
    """
    return due(packet.delivered_at, clock_interval("acknowledge_referral", packet.priority))


def _tiles(sent, in_time, unread, questions, is_late):
    waits = bool(questions.count)
    yield {"count": sent.figure, "label": ngettext("packet sent", "packets sent", sent.count)}
    yield {"count": in_time.count, "label": _("read in time")}
    yield {"count": unread.count, "label": _("not read yet"), "late": is_late, "url": "#late"}
    label = ngettext("question not answered", "questions not answered", questions.count)
    yield {"count": questions.count, "label": label, "late": waits, "url": "#questions"}
