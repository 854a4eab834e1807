"""What a referrer said after the packet was sent, for the pages on which somebody may reach the person.

Whoever works an intake, or the case it became, reads it there, and needs no page of the packet for it.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from orgs.codes import load
from referrals.models import Message, SenderWord
from referrals.projection import REASONS, Said, said

LATEST = 30  # words of one page; the packet's own page has all


@dataclass
class Words:
    """What was said since on one packet: of it what nobody here has read, and what somebody has."""

    word: SenderWord
    flag: str
    why: str
    unread: list[Said] = field(default_factory=list)
    read: list[Said] = field(default_factory=list)

    @property
    def waits(self):
        return self.word.state == "waits"


def of_case(case, member):
    return _words(SenderWord.objects.visible_to(member).filter(case=case), member)


def of_intake(intake, member):
    return _words(SenderWord.objects.visible_to(member).filter(intake=intake), member)


def of_packet(referral, member):
    return _words(SenderWord.objects.visible_to(member).filter(referral=referral), member)


def _words(rows, member):
    """The `Words` of these rows, what is due first on top; two queries, one where there is none."""
    found = {
        word.referral_id: Words(word, *_flag(word.referral))
        for word in rows.select_related("referral", "read_by").order_by("due_at", "id")
    }
    if found:
        theirs = Message.objects.filter(organization_id=member.organization_id, referral__in=found)
        for one in theirs.exclude(written_by=member.organization_id).order_by("-at", "-id")[:LATEST]:
            words = found[one.referral_id]
            is_new = words.waits and one.at >= words.word.since
            (words.unread if is_new else words.read).append(said(one))
    return list(found.values())


def _flag(referral):
    """What the referrer said of the whole packet, and why; ("", "") for one that stands."""
    said_of_it = {
        "entered_in_error": _("Entered in error, says the referrer"),
        "recalled": _("Taken back by the referrer"),
    }
    if referral.state not in said_of_it:
        return "", ""
    reason = load("referrals", REASONS[referral.state]).label(referral.reason) if referral.reason else ""
    return said_of_it[referral.state], str(reason)
