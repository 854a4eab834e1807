"""What a guide consists of."""

from typing import NamedTuple


class Picture(NamedTuple):
    """A picture of a page with invented people; `words` stand for it where it cannot be seen."""

    name: str  # of the file in config/static/causeway/guides/, without its ending
    words: str
    width: int  # pixels
    height: int

    @property
    def path(self):
        return f"causeway/guides/{self.name}.png"


class Section(NamedTuple):
    """One thing that a role does: a heading, what to do in order, and perhaps the page and its picture."""

    title: str
    lines: tuple
    url: str = ""  # the name of the page's address, for those whose guide this is
    label: str = ""  # what that page is called
    picture: Picture | None = None


class Guide(NamedTuple):
    """A short guide for one kind of work."""

    slug: str
    title: str
    lead: str
    roles: tuple
    sections: tuple
