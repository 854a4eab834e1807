"""The weekly reading of the audit: which weeks wait, what was answered to what stood out, and by whom (C16).

A week is read when everything that stood out in it has an answer of somebody else than it is about, and
nothing of an earlier week still needs its look. Until then its clock goes on.
"""

from datetime import date, datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from . import audit, audit_search, clock
from .alone import is_alone
from .audit_week import Week, findings
from .models import AuditLine, AuditReview, HouseDuty, Organization
from .models.audit_review import WEEK
from .models.membership import NotNow

SALT = "findings that were shown"
SHOWN_FOR = timedelta(hours=12)
AGAIN = _later("Open the page of the week again, and answer what it shows.")
WHICH = ("week", "kind", "member_id", "record")  # one finding


def waiting(organization_id):
    """The weeks that are over and that nobody has read, the oldest first."""
    return _unread(organization_id, Week.of(clock.now()))[:-1]


def _unread(organization_id, running):
    """The same, with the week that runs now at the end."""
    duty = HouseDuty.objects.filter(organization_id=organization_id, what="review_audit").first()
    if duty:
        first = Week.of(duty.since).after(-1)
    else:
        lines = AuditLine.objects.filter(organization_id=organization_id).order_by("sequence")
        began = lines.values_list("at", flat=True).first()
        first = max(Week.of(began), running.after(-1)) if began else running
    read = AuditReview.objects.filter(organization_id=organization_id, kind=WEEK, week__gte=first.first)
    read, weeks = set(read.values_list("week", flat=True)), []
    while first < running:
        if first.first not in read:
            weeks.append(first)
        first = first.after(1)
    return [*weeks, running]


def settle(organization_id):
    """Let the clock of the weekly reading count from the end of the oldest week that nobody has read.

    It starts with the week before an organization's first night here, and leaves none out from then on.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    oldest = _unread(organization_id, Week.of(clock.now()))[0]
    duty = HouseDuty.objects.filter(organization_id=organization_id, what="review_audit").first()
    duty = duty or HouseDuty(organization_id=organization_id, what="review_audit", since=None)
    if duty.since != oldest.ends:
        duty.count_from(oldest.ends)


def answers(reader, week):
    """{key of a finding: its newest answer} for a week, less those about what the reader is walled from."""
    rows = _answers(reader).filter(week=week.first).select_related("reviewed_by")
    return {row.key: row for row in rows.order_by("at", "id")}


def looks(reader, before=None):
    """The findings of all weeks (or those before one) whose newest answer is that they need a look."""
    rows = _answers(reader)
    if before:
        rows = rows.filter(week__lt=before.first)
    newest = rows.order_by(*WHICH, "-at", "-id").distinct(*WHICH)
    open_ones = AuditReview.objects.filter(pk__in=newest.values("pk"), decision="look")
    return list(open_ones.select_related("member", "reviewed_by").order_by("at", "id"))


def _answers(reader):
    rows = AuditReview.objects.filter(organization_id=reader.organization_id).exclude(kind=WEEK)
    hidden = audit_search.hidden_from(reader)
    return rows.exclude(record__in=hidden) if hidden else rows


def last_read(organization_id):
    """The row of the week that was read last, or None."""
    rows = AuditReview.objects.filter(organization_id=organization_id, kind=WEEK)
    return rows.select_related("reviewed_by").first()


def reading_of(organization_id, week):
    """The row that says that this week is read, or None."""
    rows = AuditReview.objects.filter(organization_id=organization_id, kind=WEEK, week=week.first)
    return rows.select_related("reviewed_by").first()


def note_for(row, reader, walled):
    """What was written beside an answer. Free text may name a record: whoever has a wall reads their own."""
    return row.note if row.reviewed_by_id == reader.pk or not walled else ""


# What the page has shown, for the press that answers it.


def shown(reader, week, what):
    """A mark of what a page showed to this reader: a finding's key and figures, or all keys of a week."""
    told = [str(reader.pk), clock.now().isoformat(), week.first.isoformat(), what]
    return signing.Signer(salt=SALT).sign_object(told, compress=True)


def as_shown(mark, reader):
    """(week, what) of a mark that this reader was given not long ago. Raises `NotNow` for any other."""
    try:
        whose, at, first, what = signing.Signer(salt=SALT).unsign_object(mark)
    except signing.BadSignature:
        whose, at, first, what = "", "", "", {}
    if whose != str(reader.pk) or clock.now() - datetime.fromisoformat(at) > SHOWN_FOR:
        raise NotNow(AGAIN)
    return Week(date.fromisoformat(first)), what


def mark_of(reader, week, finding):
    return shown(reader, week, {"key": finding.key, "figures": finding.figures})


def mark_of_look(reader, row):
    """For the answer to what needed a look: no figures, because the reader may see others (R42)."""
    return shown(reader, Week(row.week), {"key": row.key, "figures": None})


def mark_of_week(reader, week, found):
    return shown(reader, week, {"keys": [one.key for one in found]})


def asked(mark, reader):
    """(week, the `Finding` or the row that needs a look) that a mark names, as it is now.

    Raises `NotNow` where that is not what was shown: nobody answers what they did not see.
    """
    week, what = as_shown(mark, reader)
    if "key" not in what:
        raise NotNow(AGAIN)
    key, figures = tuple(what["key"]), what["figures"]
    if week.ends > clock.now():
        raise NotNow(_("The week is not over yet: what stands out may still grow."))
    if figures is None:
        found = next((row for row in looks(reader) if (row.week, row.key) == (week.first, key)), None)
    else:
        found = next((one for one in findings(reader, week) if one.key == key), None)
        if found and found.figures != figures:
            found = None
    if found is None:
        raise NotNow(_("This has changed since the page was shown. Look at the week again."))
    return week, found


def answer(mark, decision, note="", *, actor):
    """Keep what an administrator says to one finding: a row that is never changed, and a line.

    Raises `NotNow` for what is not as it was shown, and for one's own unless the actor is alone (`is_alone`).
    """
    with transaction.atomic():
        week, found = asked(mark, actor)
        kind, member, record = found.key
        own = member == str(actor.pk)
        if own and not is_alone(actor):
            raise NotNow(_("This is about you. Another administrator answers it."))
        if not note and (own or decision != "nothing"):
            raise NotNow(_("Say in a sentence what you found."))
        row = AuditReview(
            organization_id=actor.organization_id,
            week=week.first,
            kind=kind,
            member_id=member or None,
            record=record,
            shown=getattr(found, "figures", {}),
            decision=decision,
            note=note,
            reviewed_by=actor,
            at=clock.now(),
            alone=own,
        )
        row.save(force_insert=True)
        audit.write(
            actor, "answer_finding", row, kind=kind, about=member, week=str(week.first), decision=decision
        )
    return row


def open_findings(reader, week, found):
    """Of these findings those that nobody has answered."""
    known = answers(reader, week)
    return [one for one in found if one.key not in known]


def read(mark, *, actor):
    """The last word on a week that is over. Raises `NotNow` while something in it waits."""
    with transaction.atomic():
        week, what = as_shown(mark, actor)
        if "keys" not in what:
            raise NotNow(AGAIN)
        keys = {tuple(key) for key in what["keys"]}
        Organization.objects.select_for_update(no_key=True).get(pk=actor.organization_id)
        found = findings(actor, week)
        if keys != {one.key for one in found}:
            raise NotNow(_("The week has changed since the page was shown. Look at it again."))
        if week.ends > clock.now():
            raise NotNow(_("The week is not over yet."))
        if open_findings(actor, week, found):
            raise NotNow(_("Something that stands out has no answer yet."))
        if looks(actor, before=week):
            raise NotNow(_("Something of an earlier week still needs a look."))
        ours = AuditReview.objects.filter(organization_id=actor.organization_id, kind=WEEK)
        if ours.filter(week=week.first).exists():
            raise NotNow(_("Somebody has read this week already."))
        row = AuditReview(
            organization_id=actor.organization_id,
            week=week.first,
            kind=WEEK,
            decision="read",
            reviewed_by=actor,
            at=clock.now(),
        )
        row.save(force_insert=True)
        audit.write(actor, "review_audit", None, week=str(week.first), findings=len(found))
        settle(actor.organization_id)
    return row
