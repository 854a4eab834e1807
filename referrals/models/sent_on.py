"""What goes along with a packet that is sent on, and what the desk that had it then forgets (R16).

The next desk reads on the packet what the referrer reads there: what was written since it was sent is part of
it, and may be what keeps somebody safe. The desk that sent it on keeps that the packet was here, its walls,
and what other rules hold of the person; neither a word of it nor what it wrote beside it.
"""

from itertools import groupby
from operator import attrgetter

from orgs.tenancy import acting_for

from .copies import Message

NOTHING_KNOWN = {  # of a person
    "name": "", "alias": "", "phone": "", "address": "", "gender": "", "born": None, "relations": {}
}  # fmt: skip
OF_THE_INTAKE = {"tokens", "walls", "plans"}  # what it wrote itself about the person


def said_so_far(referral, desk_id):
    """What was said on a packet, as messages that are not yet anybody's, oldest first.

    All that the agency wrote, and of the desk's words those that the referrer reads, as the referrer reads
    them: without who at the desk wrote them. Needs the desk's opened secrets, under its tenant.
    """
    mine = list(referral.messages.filter(organization_id=desk_id))
    with acting_for(referral.organization_id):
        theirs = referral.messages.filter(organization_id=referral.organization_id, kept_from=None)
        read = set(theirs.values_list("written_by_id", "kind", "at"))
    return [
        Message(
            referral=referral,
            written_by_id=one.written_by_id,
            kind=one.kind,
            topic=one.topic,
            at=one.at,
            content=one.content
            if one.written_by_id == referral.organization_id
            else one.content | {"by": ""},
        )
        for one in mine
        if one.written_by_id == referral.organization_id or (one.written_by_id, one.kind, one.at) in read
    ]


def lay(messages, receiver):
    """Lay what was said into the receiver's box, each for the one who wrote it."""
    for one in messages:
        one.organization = receiver
    for writer, theirs in groupby(
        sorted(messages, key=attrgetter("written_by_id")), attrgetter("written_by_id")
    ):
        with acting_for(writer):
            Message.objects.bulk_create(theirs)


def forget_words(referral, desk_id):
    """Take the desk's copy of a packet, all that it has of what was said, and its notes; under its tenant."""
    from .sender_word import SenderWord
    from .shift_note import ShiftNote

    ShiftNote.forget(referral, desk_id)
    SenderWord.forget(referral, desk_id)
    referral.copies.filter(organization_id=desk_id).delete()
    referral.messages.filter(organization_id=desk_id).delete()


def forget_person(intake, actor):
    """Empty what an intake wrote down of a packet that leaves, and of a person of whom nothing else is here.

    The rows stay, and so do the walls: should the packet come back it is about the same person, and who was
    kept from them still is (R42). Who must never learn of it was asked in the conflict check, so that the
    check is made anew, and what was triaged after the old one is new until it ends.
    """
    intake.summary, intake.conflict_found = "", False
    intake.conflict_checked_at = intake.conflict_checked_by = None
    intake.state = "new" if intake.state == "triaged" else intake.state
    checked = ["conflict_found", "conflict_checked_at", "conflict_checked_by"]
    intake.save(update_fields=["summary", "state", *checked])
    person = intake.person
    if _is_known_otherwise(person, intake):
        return
    person.plans.all().delete()
    person.correct(actor=actor, **NOTHING_KNOWN)


def remember_person(intake, content, actor):
    """A packet came back: write down again what was forgotten of its person, from the new copy (R16)."""
    person = intake.person
    again = {
        name: content[name]
        for name in ("name", "alias", "phone")
        if content.get(name) and not getattr(person, name)
    }
    if again:
        person.correct(actor=actor, **again)
    intake.summary = intake.summary or content.get("note", "")
    intake.save(update_fields=["summary"])


def _is_known_otherwise(person, intake):
    """Whether anything but this intake is about the person: it has rules of its own, and stays as it is."""
    if person.merged_into_id or person.has_died:
        return True
    for relation in person._meta.get_fields(include_hidden=True):
        if not relation.one_to_many or relation.name in OF_THE_INTAKE:
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: person})
        if relation.related_model is type(intake):
            rows = rows.exclude(pk=intake.pk)
        if rows.exists():
            return True
    return False
