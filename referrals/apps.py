"""The room of what arrives and what leaves."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Tell the rooms below what follows here when something of theirs ends."""
        from django.db.models import F

        from cases import covering, glass
        from cases.walls import walled_subjects
        from orgs import audit_search
        from orgs.models import AuditLine
        from orgs.receipts import teller
        from referrals import (  # noqa: F401 - they register themselves
            case_moments,
            finding,
            following,
            receipts,
            retention,
            running,
        )
        from referrals.models import CaseloadMove, Handoff, Intake, Referral
        from referrals.models.intake import OPEN_STATES

        retention.register()
        covering.caseload(Intake, OPEN_STATES, follow=Intake.be_stood_in_for)
        glass.register("I", Intake)
        teller(receipts.of_intake)

        @audit_search.hider
        def walled_numbers(members):
            """The numbers of intakes, and references of their packets, that a member is walled from.

            A packet that was sent on is no row of this organization any more, and its lines still are.
            """
            walled = Intake.objects.filter(person__walls__user__in=members).order_by()
            yield walled.values(hidden=F("number"))
            packets = walled.exclude(referral=None)
            yield packets.values(hidden=F("referral__reference"))
            gone = packets.exclude(referral__in=Referral.objects.values("pk"))
            lines = AuditLine.objects.filter(subject_id__in=gone.values("referral_id"))
            lines = lines.exclude(subject_label="")  # what has none is found by its key
            yield lines.order_by().values(hidden=F("subject_label")).distinct()

        known = {Referral: ["intakes__person"], Handoff: ["files__case__person"]}

        @audit_search.subject_hider
        def walled_of_referrals(members):
            """The records of this room that a member is walled from, also a packet that is here no more."""
            walled = Intake.objects.filter(person__walls__user__in=members, referral__isnull=False)
            yield walled.order_by().values(hidden=F("referral_id"))
            yield from walled_subjects("referrals", members, known)
            for key in members:
                yield CaseloadMove.objects.filter(CaseloadMove.behind_wall_of(key)).values(hidden=F("pk"))
