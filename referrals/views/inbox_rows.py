"""The rows of the desk's lists, each list in one or two queries, with their words made ready."""

from datetime import timedelta

from django.db.models import Case, F, OuterRef, Subquery, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs import clock, codes
from referrals import packet
from referrals.dues import with_due
from referrals.models import Inquiry, Intake, IntakeAssignment, Message, Referral, ReferralCopy, SenderWord

LATELY = timedelta(days=7)
SOME = 10


def short_priority(code):
    """A priority in one or two words, for rows."""
    words = {
        "crisis": _("Crisis"),
        "high_risk": _("High risk"),
        "standard": _("Standard"),
        "information": _("Information only"),
    }
    return words.get(code, code)


def island(code):
    return str(codes.load("orgs", "islands").label(code)) if code else ""


def packet_rows(packets, member):
    """Give each packet its tags and its line of reasons, from the reader's own copies in one query."""
    copies = {
        copy.referral_id: copy.content
        for copy in ReferralCopy.objects.filter(organization_id=member.organization_id, referral__in=packets)
    }
    for row in packets:
        words = copies.get(row.pk, {})
        row.tags = [short_priority(row.priority)] if row.priority in ("crisis", "high_risk") else []
        if row.is_group:
            row.tags.append(_("Group notice"))
        if row.rerouted_by_id:
            row.tags.append(_("Sent on to you"))
        about = people(row) if row.is_group else packet.called(words)
        row.why = joined(about, island(row.island_needed), _("from %(name)s") % {"name": row.organization})
    return packets


def people(row):
    count = ngettext("about %(n)d person", "about %(n)d people", row.group_size or 0)
    return count % {"n": row.group_size or 0} if row.group_size else _("number of people not known")


def joined(*parts):
    return " · ".join(str(part) for part in parts if part)


def desk_rows(member, most):
    """(what waits for the desk, what was asked and not answered): intakes with due time, tags and reasons."""
    here = Intake.objects.filter(organization_id=member.organization_id).visible_to(member)
    declined = IntakeAssignment.objects.filter(intake=OuterRef("pk"), state="declined").order_by(
        "-answered_at"
    )
    waiting = with_due(here.waiting(), "first_outreach", member.organization_id).select_related("person")
    waiting = waiting.annotate(
        declined_by=Subquery(declined.values("assignee__name")[:1]),
        declined_because=Subquery(declined.values("reason")[:1]),
    )
    offers = IntakeAssignment.objects.unanswered().visible_to(member)
    offers = with_due(offers, "accept_assignment", member.organization_id)
    asked = list(offers.select_related("intake__person", "assignee")[:most])
    return [waiting_row(row) for row in waiting[:most]], [asked_row(row) for row in asked]


def waiting_row(row):
    row.tags = [short_priority(row.priority)] if row.priority in ("crisis", "high_risk") else []
    came_back = ""
    if row.declined_by and row.state != "new":
        row.tags.append(_("Came back"))
        reason = codes.load("cases", "assignment_decline_reasons").label(row.declined_because)
        came_back = _("%(name)s said no: %(reason)s") % {"name": row.declined_by, "reason": reason}
    row.why = joined(row.person.called, island(row.island), came_back or since(row))
    return row


def asked_row(row):
    row.tags = [short_priority(row.priority)] if row.priority in ("crisis", "high_risk") else []
    row.why = joined(row.intake.person.called, _("%(name)s was asked") % {"name": row.assignee})
    return row


def since(row):
    if row.state == "new":
        return _("to be triaged")
    return _("nobody has it")


def letter_rows(member, most):
    """What waits to be read or answered, as rows of a list, by its clock."""
    house = member.organization_id
    here = Inquiry.objects.filter(organization_id=house).visible_to(member)
    here = with_due(here.to_do(), "acknowledge_inquiry", house, "read_by")
    here = with_due(here, "answer_inquiry", house, "answered_by")
    due_at = Case(When(state="waiting", then=F("read_by")), default=F("answered_by"))
    return [letter_row(row) for row in here.annotate(due_at=due_at).order_by("due_at", "id")[:most]]


def letter_row(row):
    """A letter with its tags and its line of reasons."""
    said = row.content
    row.tags = [short_priority(row.priority)] if said.get("danger") in ("crisis", "high_risk") else []
    row.what = said.get("called") or _("No name given")
    row.why = joined(
        _("for somebody else") if said.get("basis") != "self" else "",
        island(said.get("island")),
        letter_state(row),
    )
    return row


def letter_state(row):
    """Where a letter stands, in words."""
    if row.state == "waiting":
        return _("to be read")
    if row.state == "refused":
        return _("refused")
    if row.left_at:
        return _("ended by whoever wrote it")
    if row.state == "ended":
        return _("closed")
    return _("they wrote again, or wait for an answer") if row.asked_at else _("read")


def unread_words(member, most):
    """What referrers said since and nobody here has read, with who works it; by when it is due."""
    here = SenderWord.objects.filter(organization_id=member.organization_id).visible_to(member)
    here = here.waiting().select_related("referral", "intake__assigned_to", "case__assigned_to")
    rows = list(here[:most])
    for row in rows:
        row.tags = [short_priority(row.priority)] if row.priority in ("crisis", "high_risk") else []
        number = row.intake.number if row.intake else ""
        who = row.worked.assigned_to if row.owner_id else ""
        row.place = (row.intake or row.referral).get_absolute_url()
        row.why = joined(number, _("with %(name)s") % {"name": who} if who else _("nobody has it"))
    return rows


def answers(member):
    """What was written to this desk in the last seven days, the newest first."""
    seen = Referral.objects.filter(receiver_id=member.organization_id).visible_to(member).values("pk")
    written = Message.objects.filter(
        organization_id=member.organization_id, referral__in=seen, at__gt=clock.now() - LATELY
    ).exclude(written_by=member.organization_id)
    rows = list(written.select_related("referral").order_by("-at")[:SOME])
    for row in rows:
        row.what = _("Answer on %(reference)s") if row.kind == "answer" else _("Message on %(reference)s")
        row.what %= {"reference": row.referral.reference}
    return rows
