"""The named guards of the product, by rule: `make rules-mutate` takes each out and sees that a test notices.

`WITHOUT` says of a rule why no line of the code could be taken out for it.
"""

from . import (
    comfort,
    covering,
    duty,
    entrance,
    handing,
    keys,
    leaving,
    letters,
    posters,
    record,
    releases,
    safety,
    telling,
    walls,
)
from .guard import AFTER_MIGRATION, Guard

GUARDS = (
    *telling.GUARDS,
    *walls.GUARDS,
    *releases.GUARDS,
    *safety.GUARDS,
    *entrance.GUARDS,
    *record.GUARDS,
    *keys.GUARDS,
    *leaving.GUARDS,
    *covering.GUARDS,
    *letters.GUARDS,
    *posters.GUARDS,
    *handing.GUARDS,
    *comfort.GUARDS,
    *duty.GUARDS,
)
WITHOUT = {
    "R39": "Nothing writes to a victim: no code to take out. The tests hold the list of what sends.",
    "R45": "Nothing feeds another system: no code to take out. The tests hold the list of what leaves.",
    "R47": "No figure is made by officer: no code to take out. The tests look at all that is counted.",
}

__all__ = ["AFTER_MIGRATION", "GUARDS", "Guard", "WITHOUT"]
