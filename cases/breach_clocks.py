"""The three clocks of a breach: whom the law has told, and by when at the latest (R43).

The figures are the longest that any organization can have: its settings may shorten them. They count from the
moment when somebody knew, not from the press of the button.
"""

from datetime import timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Told(NamedTuple):
    """One of those who must be told: its code, who that is, the law, and the longest time."""

    code: str
    who: str
    law: str
    within: timedelta

    @property
    def clock(self):
        return f"notify_{self.code}"


TOLD = (
    Told(
        "grantor",
        _("The federal grantor"),
        _("conditions of OVW, OVC and FVPSA grants: within 24 hours of an actual or imminent breach"),
        timedelta(hours=24),
    ),
    Told(
        "persons",
        _("The persons concerned, each in a way that is safe for them"),
        _("14 V.I.C. 2208, 2209: as soon as can be, without unreasonable delay"),
        timedelta(hours=72),
    ),
    Told(
        "territory",
        _("The territory"),
        _("14 V.I.C. 2208, 2209, and the terms of its own grants"),
        timedelta(hours=72),
    ),
)
BY_CODE = {told.code: told for told in TOLD}
