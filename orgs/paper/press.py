"""The press: reads a document (JSON) from its input and writes a PDF to its output. Started by `orgs.paper`.

It knows nothing of Causeway, touches no file but its own templates, and is stopped when it needs too much.
"""

import json
import re
import resource
import sys
import unicodedata
from pathlib import Path

import typst

MEMORY = 1_500_000_000  # bytes of address space
SECONDS = 8  # of a processor
TEMPLATES = ("document", "poster", "card")
UNSHOWN = re.compile(r"the text `?\"(.+?)\"`? could not be displayed")


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    document = sys.stdin.buffer.read().decode()
    asked = json.loads(document).get("template", "document")
    name = TEMPLATES[TEMPLATES.index(asked)]  # a file of ours, whatever was asked
    template = (Path(__file__).resolve().parent / f"{name}.typ").read_bytes()
    sys.stdout.buffer.write(pressed(template, document))


def pressed(template, document):
    """The PDF. What no font here can show stands by its name: a paper with a word less is no paper."""
    named = set()
    while True:
        try:
            return typst.compile(
                template, sys_inputs={"document": document}, pdf_standards=["ua-1"], ignore_system_fonts=True
            )
        except typst.TypstError as error:
            unseen = {c for text in UNSHOWN.findall(str(error)) for c in text if ord(c) > 127} - named
            if not unseen:
                raise
            if not named:  # where one of them is, there are others: not one try for each
                unseen |= {c for c in document if ord(c) >= 0x2E80}
            named |= unseen
            document = document.translate({ord(c): in_words(c) for c in unseen})


def in_words(character):
    """A character by its name in Unicode, or its number where it has none."""
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"


if __name__ == "__main__":
    main()
