"""The room that says how everything runs; it holds no records."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"
    verbose_name = "Causeway"

    def ready(self):
        from . import role  # its checks, and its look at the role when a process connects
        from .tongues import checks  # noqa: F401

        role.watch()
