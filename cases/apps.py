"""The room of one organization's private work."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from django.utils.translation import gettext as _

        from cases import (  # noqa: F401 - some register themselves
            covering,
            following,
            glass,
            receipts,
            retention,
            running,
        )
        from cases.duties import without_a_hand
        from cases.models import Case, Wall
        from cases.models.case import OPEN_STATES
        from cases.walls import nobody_above, walled_numbers, walled_subjects
        from orgs import audit_search, holdings, ringing
        from orgs.receipts import teller
        from orgs.roles import VICTIM_SERVICES

        retention.register()

        glass.register("C", Case)

        audit_search.hider(walled_numbers)
        teller(receipts.of_case)

        @audit_search.subject_hider
        def walled_of_cases(members):
            """The records of this room that a member is walled from."""
            return walled_subjects("cases", members, {})

        @holdings.register
        def held(member):
            """What a member must hand over before they leave."""
            return [(_("Cases"), Case.objects.of(member).open().count())]

        @holdings.records
        def worked(organization_id):
            """What is left with a member who is gone; follow-ups and duties are of whoever has the case."""
            yield Case.objects.filter(organization_id=organization_id).open(), "assigned_to"

        @holdings.told
        def let_go_of_duties(member):
            """What the law asks for waits for nobody who is gone, or who works no records any more."""
            if not member.is_active or member.role not in VICTIM_SERVICES:
                for duty in without_a_hand(member):
                    duty.belong_to(None)

        covering.caseload(Case, OPEN_STATES, following.cover)
        ringing.stands_in(covering.standing_in)
        ringing.absences(covering.absent)

        @holdings.told
        def cover_again(member):
            """Who is gone, or back, or works no records any more, covers and is covered accordingly."""
            covering.settle(member.organization_id)

        holdings.above(nobody_above)

        @ringing.walled_members
        def walled():
            """Who may be walled from what is due."""
            return Wall.objects.values_list("user_id", flat=True).distinct()
