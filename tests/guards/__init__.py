"""The named guards of the product, by rule: `make rules-mutate` takes each out and sees that a test notices.

`WITHOUT` says of a rule why no line of the code could be taken out for it.
"""

from . import entrance, safety, telling
from .guard import AFTER_MIGRATION, Guard

GUARDS = (*telling.GUARDS, *safety.GUARDS, *entrance.GUARDS)
WITHOUT = {}

__all__ = ["AFTER_MIGRATION", "GUARDS", "Guard", "WITHOUT"]
