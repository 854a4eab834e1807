"""PDFs from outside: refused when anything in them runs or is another file, and kept as pages alone."""

import io
import logging

from django.core.exceptions import ValidationError

from .uploads import OBJECTS, PAGES, refused

# Keys and kinds of what runs, calls, hides or carries along.
NEVER = {
    "/JS", "/JavaScript", "/AA", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/AF", "/RichMedia",
    "/RichMediaContent", "/XFA", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie",
    "/Sound", "/Screen", "/3D", "/FileAttachment", "/Filespec", "/Collection",
}  # fmt: skip
OPENS = "/OpenAction"


def pages_alone(sent):
    """The pages of a PDF (bytes) written anew, with nothing else of it. Raises `ValidationError`."""
    from pypdf import PdfReader, PdfWriter

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it would say quotes the file (C25)
    try:
        reader = PdfReader(io.BytesIO(sent), strict=False)
        if reader.is_encrypted:
            raise refused("locked")
        _look_through(reader)
        if not 1 <= len(reader.pages) <= PAGES:
            raise refused("pages")
        writer = PdfWriter()
        for page in reader.pages:
            for key in ("/Annots", "/Metadata", "/PieceInfo", "/Thumb"):
                page.pop(key, None)
            writer.add_page(page)
        writer.metadata = None
        out = io.BytesIO()
        writer.write(out)
    except ValidationError:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken file makes its reader do, the answer is the same
        raise refused("broken") from None
    return out.getvalue()


def _look_through(reader):
    """Walk everything that the file can reach, from its trailer on. Raises `ValidationError`."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

    seen, waiting, looked_at = set(), [reader.trailer], 0
    while waiting:
        thing = waiting.pop()
        looked_at += 1
        if isinstance(thing, IndirectObject):
            if (thing.idnum, thing.generation) in seen:
                continue
            seen.add((thing.idnum, thing.generation))
            thing = thing.get_object()
        if looked_at > OBJECTS:
            raise refused("broken")
        if isinstance(thing, DictionaryObject):
            if NEVER & set(thing) or _acts(thing.get(OPENS)):
                raise refused("active")
            waiting += dict.values(thing)
        elif isinstance(thing, ArrayObject):
            waiting += list.__iter__(thing)
        elif isinstance(thing, NameObject) and str(thing) in NEVER:
            raise refused("active")


def _acts(action):
    """A place to open at is a list; an action is a dictionary."""
    from pypdf.generic import DictionaryObject

    return action is not None and isinstance(action.get_object(), DictionaryObject)
