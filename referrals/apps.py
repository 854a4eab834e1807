"""The room of what arrives and what leaves."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Tell the rooms below what follows here when something of theirs ends."""
        from django.db.models import F

        from cases import glass
        from orgs import audit_search
        from referrals import case_moments, finding, following, retention  # noqa: F401 - they register themselves
        from referrals.models import Intake

        retention.register()
        glass.register("I", Intake)

        @audit_search.hider
        def walled_numbers(member):
            """The numbers of intakes, and references of their packets, that a member is walled from."""
            walled = Intake.objects.filter(person__walls__user=member).order_by()
            yield walled.values(hidden=F("number"))
            yield walled.exclude(referral=None).values(hidden=F("referral__reference"))
