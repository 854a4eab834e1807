"""The catalogues: kept as text that people read and review, and made into what Django reads.

No tool of the system's is needed, Babel does both. A made file (`django.mo`) is not kept with the sources. It
holds the mark of the text that it was made from, so that one that is missing or old is noticed.
"""

import gettext
import hashlib
import io
import os
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "locale"
LANGUAGES = ("es", "ht")
MARK = "mark of the text that this was made from"


def source(language, below=LOCALE):
    """The file that people read."""
    return below / language / "LC_MESSAGES" / "django.po"


def made(language, below=LOCALE):
    """The file that Django reads."""
    return source(language, below).with_suffix(".mo")


def read(path):
    """The catalogue of one text file."""
    from babel.messages.pofile import read_po

    with path.open("rb") as text:
        return read_po(text, ignore_obsolete=True, abort_invalid=True)


def _mark(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compile_all(below=LOCALE):
    """Make what is missing or old; several may do so at once. Returns the languages that were made."""
    from babel.messages.mofile import write_mo

    done = []
    for language in sorted(path.parents[1].name for path in below.glob("*/LC_MESSAGES/django.po")):
        if _is_made(language, below):
            continue
        path = source(language, below)
        catalogue = read(path)
        catalogue.add(MARK, _mark(path))
        out = made(language, below)
        draft = out.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(out)
        done.append(language)
    return done


def _is_made(language, below):
    try:
        with made(language, below).open("rb") as file:
            return gettext.GNUTranslations(file).gettext(MARK) == _mark(source(language, below))
    except (OSError, ValueError):
        return False


def not_made(below=LOCALE):
    """The languages whose words would silently be English: their file is missing, broken or old."""
    return [language for language in LANGUAGES if not _is_made(language, below)]


def update(language, texts, below=LOCALE):
    """Bring one catalogue to exactly these {`Text`: [file]}.

    What is new waits for its words, and what nobody says any more goes. Returns (new, gone) as [text].
    """
    from babel.messages.catalog import Catalog

    before, after, fresh = read(source(language, below)), Catalog(), []
    for text, files in sorted(texts.items()):
        key = (text.text, text.plural) if text.plural else text.text
        known = before.get(text.text, text.context or None)
        said = known.string if known is not None and known.id == key else ""
        notes = known.user_comments if known is not None else []
        fresh += [] if any([said] if isinstance(said, str) else said) else [text.text]
        flags = ["python-format"] if "%(" in text.text else []
        after.add(
            key,
            said,
            locations=[(file, 0) for file in sorted(files)],
            flags=flags,
            user_comments=notes,
            context=text.context or None,
        )
    gone = [one.id for one in before if one.id and one.id not in {other.id for other in after}]
    source(language, below).write_text(_head(language, below) + _body(after), encoding="utf-8")
    return fresh, gone


def _head(language, below):
    """The beginning of the file, which people wrote, as it stands."""
    return source(language, below).read_text(encoding="utf-8").split("\n\n")[0] + "\n\n"


def _body(catalogue):
    from babel.messages.pofile import write_po

    out = io.BytesIO()
    write_po(out, catalogue, width=100, sort_output=True, omit_header=True, include_lineno=False)
    return out.getvalue().decode().strip("\n") + "\n"
