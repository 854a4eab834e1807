"""The table of who may do what, to which the tests hold the code: the product's own, not a copy of it."""

from config.permission_table import (
    ANY,
    EVERYBODY,
    FORM,
    MEMBERS,
    OPEN,
    PAGE,
    PLACES,
    PRESS,
    REALLY,
    RECORDS,
    SEES,
    Place,
    Row,
    expected,
    members_in,
)

__all__ = [
    "ANY",
    "EVERYBODY",
    "FORM",
    "MEMBERS",
    "OPEN",
    "PAGE",
    "PLACES",
    "PRESS",
    "REALLY",
    "RECORDS",
    "SEES",
    "Place",
    "Row",
    "expected",
    "members_in",
]
