"""How long what arrived and what was sent is kept, and what of it is counted by year (R35).

The row of a packet stays: it is coded, both sides stand on it, and the totals of the territory count it.
What goes is each side's own copy of the words, by that side's own periods; neither side can see when the
other's went (R3, R16).
"""

from django.utils.translation import gettext_lazy as _

from orgs import retention, yearly

OVER = "(r.state IN ('closed_to_referrer', 'recalled', 'undeliverable', 'entered_in_error')"
OVER += " OR r.closes_at <= {cutoff}) AND coalesce(r.closes_at, r.ended_at, r.sent_at) <= {cutoff}"
NOTHING_CAME = (
    "('services_declined', 'unable_to_contact', 'unsafe_to_contact', 'not_eligible', 'referred_out',"
    " 'duplicate_of', 'invalid')"
)
PERSON_OF_FILE = "(SELECT c.person_id FROM public.cases_case c WHERE c.id = t.case_id)"
INTAKE_OF = "FROM public.referrals_intake i WHERE i.referral_id = t.referral_id"
INTAKE_OF += " AND i.organization_id = t.organization_id"
# Intakes that were joined to a case, or found to be the same as another: pairs of people who are one.
JOINED = (
    "SELECT i.person_id, c.person_id FROM public.referrals_intake i"
    " JOIN public.cases_case c ON c.id = i.case_id WHERE c.person_id <> i.person_id"
    " UNION ALL SELECT i.person_id, o.person_id FROM public.referrals_intake i"
    " JOIN public.referrals_intake o ON o.id = i.same_as_id WHERE o.person_id <> i.person_id"
)
PERSON_OF_SHIFT_NOTE = (
    "(SELECT i.person_id FROM public.referrals_intake i WHERE i.organization_id = t.organization_id"
    " AND (i.id = t.intake_id OR i.referral_id = t.referral_id) LIMIT 1)"
)
OVER_HANDOFF = "h.state IN ('completed', 'declined', 'recalled', 'discarded') AND h.ended_at <= {cutoff}"


def _intakes(ids):
    from referrals.models import Intake

    for intake in Intake.objects.filter(pk__in=ids).select_related("person"):
        yield intake.pk, (intake.number, intake.person.called, intake.get_absolute_url())


def _copies(ids):
    from referrals.models import ReferralCopy

    for copy in ReferralCopy.objects.filter(pk__in=ids).select_related("referral"):
        content = copy.content
        yield copy.pk, (copy.referral.reference, content.get("alias") or content.get("name", ""), "")


def _drafts(ids):
    """A supervisor learns which drafts there are and nothing of what is in them."""
    from referrals.models import Referral

    for draft in Referral.objects.filter(pk__in=ids).select_related("referrer"):
        yield draft.pk, (draft.reference, draft.referrer.name, "")


def _files(ids):
    from referrals.models import HandoffFile

    for file in HandoffFile.objects.filter(pk__in=ids).select_related("handoff", "case__person"):
        yield file.pk, (file.handoff.reference, file.case.person.called if file.case else "", "")


def _shift_notes(ids):
    from orgs.clock import now
    from orgs.words import in_words
    from referrals.models import ShiftNote

    for note in ShiftNote.objects.filter(pk__in=ids).select_related("by", "intake", "referral"):
        yield note.pk, (f"{in_words(note.left_at, now())} {note.about}".strip(), note.by.name, note.about_url)


def _letters(ids):
    from orgs.clock import now
    from orgs.words import in_words
    from referrals.models import Inquiry

    for letter in Inquiry.objects.filter(pk__in=ids):
        when = in_words(letter.arrived_at, now())
        yield letter.pk, (when, letter.content.get("called", ""), letter.get_absolute_url())


def register():
    """Tell the rooms below; called once, when the apps are ready."""
    retention.register(
        retention.Kind(
            "intake",
            _("Intakes that became nothing"),
            "referrals_intake",
            f"t.state IN {NOTHING_CAME} AND t.ended_at <= {{cutoff}} AND NOT EXISTS"
            " (SELECT 1 FROM public.cases_disclosure d WHERE d.person_id = t.person_id AND d.at > {cutoff})",
            usual=3,
            least=1,
            describe=_intakes,
            person="t.person_id",
            with_it=_("with your copy of the packet, and the person if nothing else here is about them"),
        ),
        retention.Kind(
            "copy",
            _("Your copies of packets, once worked"),
            "referrals_referralcopy",
            "EXISTS (SELECT 1 FROM public.referrals_referral r WHERE r.id = t.referral_id AND r.receiver_id ="
            f" t.organization_id AND r.delivered_at <= {{cutoff}}) AND EXISTS (SELECT 1 {INTAKE_OF}"
            " AND i.ended_at <= {cutoff})",
            usual=3,
            least=1,
            describe=_copies,
            person=f"(SELECT i.person_id {INTAKE_OF})",
            with_it=_("with the messages on them; the referrer's copy is the referrer's"),
        ),
        retention.Kind(
            "snapshot",
            _("What a handoff carried, once it is over"),
            "referrals_handofffile",
            f"EXISTS (SELECT 1 FROM public.referrals_handoff h WHERE h.id = t.handoff_id AND {OVER_HANDOFF})",
            usual=365,
            least=90,
            describe=_files,
            person=PERSON_OF_FILE,
            unit="days",
        ),
        retention.Kind(
            "draft",
            _("Drafts that were never sent, or thrown away"),
            "referrals_referral",
            "t.state IN ('draft', 'discarded') AND t.saved_at <= {cutoff}",
            usual=30,
            least=1,
            describe=_drafts,
            unit="days",
            theirs=True,
        ),
        retention.Kind(
            "sent",
            _("Your copies of packets that are over"),
            "referrals_referralcopy",
            "EXISTS (SELECT 1 FROM public.referrals_referral r WHERE r.id = t.referral_id"
            f" AND r.organization_id = t.organization_id AND r.sent_at IS NOT NULL AND {OVER})",
            usual=3,
            least=1,
            describe=_copies,
            theirs=True,
            with_it=_("with the messages on them; the coded facts stay, for the totals"),
        ),
    )
    retention.register(
        retention.Kind(
            "shiftnote",
            _("Notes for the next shift, once taken"),
            "referrals_shiftnote",
            "t.state = 'taken' AND t.taken_at <= {cutoff}",
            usual=30,
            least=7,
            describe=_shift_notes,
            person=PERSON_OF_SHIFT_NOTE,
            unit="days",
        )
    )
    retention.register(
        retention.Kind(
            "letter",
            _("Letters from the public page that were refused"),
            "referrals_inquiry",
            "t.state = 'refused' AND t.ended_at <= {cutoff}",
            usual=30,
            least=7,
            describe=_letters,
            unit="days",
        )
    )
    for code, table in (
        ("copy", "referrals_message"),
        ("copy", "referrals_senderword"),
        ("sent", "referrals_message"),
    ):
        retention.along(
            code,
            table,
            "a.referral_id IN (SELECT t.referral_id FROM public.referrals_referralcopy t"
            " WHERE t.id = ANY ($1))",
        )
    for table in ("referrals_referralcopy", "referrals_message", "referrals_senderword"):
        retention.along(
            "intake",
            table,
            "a.referral_id IN (SELECT t.referral_id FROM public.referrals_intake t WHERE t.id = ANY ($1))",
        )
        retention.along(
            "case",
            table,
            "a.referral_id IN (SELECT t.referral_id FROM public.referrals_intake t"
            " WHERE t.case_id = ANY ($1))",
        )
    retention.loosen(
        "referrals_intake.same_as_id", "referrals_handofffile.release_id", "referrals_referral.notice_id"
    )
    retention.keeps_person("referrals_intake")
    retention.join(JOINED)
    yearly.register(
        yearly.Measure("intakes", _("Intakes"), "referrals_intake", "t.arrived_at", "t.island", _island),
    )


def _island(code):
    from orgs.codes import load

    return str(load("orgs", "islands").label(code)) if code in load("orgs", "islands") else code
