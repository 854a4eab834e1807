"""The two kinds of rows, and how an address is asked for.

PAGE is read with GET; PRESS is one button, POST alone; FORM is shown with GET and done with POST.
"""

from typing import NamedTuple

PAGE, PRESS, FORM = "page", "press", "form"
ANY = ""  # every state of the record


class Row(NamedTuple):
    name: str
    how: str
    who: str  # roles of the cast of its noun, by name
    states: str = ANY  # from which the move starts
    refused: str = ""  # states in which those named may look and not do: 403, and not "too late"


class Place(NamedTuple):
    """A page that is no record: `who` gets in, the others get `others`."""

    name: str
    how: str
    who: str
    others: int = 404
    key: str = ""  # the key in its URL, where it has one
