"""The pictures that are committed: from which page they come, which part of it, and where they lie."""

from typing import NamedTuple

from tests.walking import ROOT

HEAVIEST = 60_000  # bytes that one picture may weigh
GUIDES = ROOT / "config" / "static" / "causeway" / "guides"


class Kept(NamedTuple):
    """One picture: the name that a walk gave the page, its width, and the part that is shown (pixels)."""

    source: str
    width: int
    top: int
    height: int
    path: object


def _guide(source, name, width, height):
    return Kept(source, width, 0, height, GUIDES / f"{name}.png")


KEPT = (
    _guide("officer-step-1", "officer-step", 390, 620),
    _guide("officer-receipt", "officer-receipt", 390, 700),
    _guide("head-unit", "unit", 1280, 640),
    _guide("intake-inbox", "intake-inbox", 1280, 760),
    _guide("advocate-today", "advocate-today", 1280, 760),
    _guide("advocate-case", "advocate-case", 1280, 760),
    _guide("supervisor-board", "supervisor-board", 1280, 800),
    _guide("supervisor-handoff-review", "supervisor-review", 1280, 760),
    _guide("admin-members", "admin-members", 1280, 620),
    _guide("oversight-totals", "oversight-totals", 1280, 560),
    Kept("advocate-case", 1280, 0, 900, ROOT / "docs" / "pictures" / "case.png"),
)
