"""The room of what arrives and what leaves."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Tell the rooms below what follows here when something of theirs ends."""
        from cases import glass
        from referrals import finding, following, retention  # noqa: F401 - they register themselves
        from referrals.models import Intake

        retention.register()
        glass.register("I", Intake)
