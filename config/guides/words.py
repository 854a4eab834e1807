"""The words of the product, read from the one place where they are written: docs/glossary.md."""

import re
from functools import cache

from django.conf import settings
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

GLOSSARY = settings.BASE_DIR / "docs" / "glossary.md"
# Said by the code, by operators or in the demo alone: no page for members uses them.
INNER = frozenset(
    "arrival,certificate,chain,copy,demo view,head,key grant,member key,move,part,projection,push,resealing,"
    "secrets,tally,tenant".split(",")
)


@cache
def words():
    """[(word, meaning as HTML)] in alphabetical order, each word once for each of its meanings."""
    rows = [line.strip("|").split("|") for line in GLOSSARY.read_text().splitlines() if line.startswith("| ")]
    found = [(word.strip(), meaning.strip()) for word, meaning in rows[1:]]
    return sorted(
        ((word, said(meaning)) for word, meaning in found if word not in INNER),
        key=lambda row: row[0].lower(),
    )


def said(meaning):
    """One meaning as HTML: what stands between stars is stressed."""
    stressed = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", conditional_escape(meaning))
    return mark_safe(stressed)  # noqa: S308 - escaped above
