"""A made-up language: every letter with a sign on it, a third longer, between brackets.

It takes the place of English, so that every page is made in it: what then stands outside of brackets was
never given to gettext, and what is wider than the screen would be so in a language with longer words.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import allauth
import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.tongues.sources import Text, everything

OPENS, CLOSES = "⟦", "⟧"
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|%[sd]|\{\w*\}|<[^>]+>|&\w+;|&#\d+;)")
SIGNS = str.maketrans("aceinosuyAEINOSUYzrtlgd", "àçéîñöšüýÀÉÎÑÖŠÜÝžřťľğď")
FORMATS = {"j M", "j M Y", "l j F Y", "l j F Y, H:i"}  # not words, but how days are spelled
QUIET = ("script", "style", "svg")
SAID_BY = ("aria-label", "title", "placeholder", "alt", "data-left-words", "data-offline")


def made_up(text):
    """`text` in the language that nobody speaks."""
    if text in FORMATS or not text.strip():
        return text
    parts = KEPT.split(text)
    said = "".join(part if at % 2 else part.translate(SIGNS) for at, part in enumerate(parts))
    long = sum(len(part) for part in parts[::2])
    return f"{OPENS}{said}{' öö' * (long * 3 // 10 // 3 + 1)}{CLOSES}"


def write(folder):
    """A catalogue of everything that we, Django and its guests say, for the settings' LOCALE_PATHS."""
    texts = set(everything())
    for package in (django, allauth):
        home = Path(package.__file__).parent
        for path in home.glob("**/locale/en/LC_MESSAGES/django.po"):
            with path.open("rb") as file:
                for one in read_po(file):
                    plain = (one.id, "") if isinstance(one.id, str) else one.id
                    texts.add(Text(*plain, one.context or ""))
    catalogue = Catalog(locale="en")
    for text in texts:
        if text.text:
            key = (text.text, text.plural) if text.plural else text.text
            said = tuple(made_up(one) for one in key) if text.plural else made_up(key)
            catalogue.add(key, said, context=text.context or None)
    out = Path(folder) / "en" / "LC_MESSAGES" / "django.mo"
    out.parent.mkdir(parents=True)
    with out.open("wb") as file:
        write_mo(file, catalogue)


class Said(HTMLParser):
    """What of a page people see or hear: its texts, and the attributes that are read out."""

    def __init__(self, html):
        super().__init__()
        self.said, self.inside = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag in QUIET:
            self.inside.append(tag)
        said = dict(attributes)
        pressed = tag == "input" and said.get("type") in ("submit", "button")
        names = (*SAID_BY, "value") if pressed else SAID_BY
        self.said += [said[name] for name in names if said.get(name)]

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside and data.strip():
            self.said.append(" ".join(data.split()))


def said(html):
    """Every piece of text of a page, as [str]."""
    return Said(html).said


def outside(html):
    """What of a page stands outside of the brackets and has a word in it; [str].

    Brackets can lie in one another, and open in one piece of text and close in another.
    """
    found, depth = [], 0
    for piece in said(html):
        left = ""
        for sign in piece:
            if sign == OPENS:
                depth += 1
            elif sign == CLOSES:
                depth = max(0, depth - 1)
            elif not depth:
                left += sign
        if re.search(r"[A-Za-z]{2}", left):
            found.append(left.strip())
    return found
