"""The room that knows who, may, did and must."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "Organizations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import rls

        post_migrate.connect(rls.after_migrate, sender=self, dispatch_uid="orgs.rls")
