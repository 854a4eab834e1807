"""PDFs from outside: refused when anything in them runs or is another file, and kept as pages alone.

What unpacks to more than a signed paper needs is refused while it unpacks, and never held whole.
"""

import io
import logging

from django.core.exceptions import ValidationError

from .pdf_parts import bare
from .uploads import OBJECTS, PAGES, UNPACKED, refused

# Keys and kinds of what runs, calls, hides or carries along.
NEVER = {
    "/JS", "/JavaScript", "/AA", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/AF", "/RichMedia",
    "/RichMediaContent", "/XFA", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie",
    "/Sound", "/Screen", "/3D", "/FileAttachment", "/Filespec", "/Collection",
}  # fmt: skip
OPENS = "/OpenAction"


# pypdf's own limits, in bytes: one table of objects, one packed part, what is set up for all filters of one.
TABLE, PART = 2_000_000, 8_000_000
LIMITS = {
    "maximum_declared_stream_length": PART,
    "array_based_stream_maximum_output_length": PART,
    "lzw_maximum_output_length": PART,
    "run_length_maximum_output_length": PART,
    "brotli_maximum_output_length": PART,
    "stream_decoding_work_maximum_length": 2 * PART,
    "page_tree_maximum_entries": 1000,
    "jbig2dec_binary": None,  # no other program is started
}


def pages_alone(sent):
    """The pages of a PDF (bytes) written anew, with nothing else of it. Raises `ValidationError`."""
    from pypdf import PdfReader, PdfWriter, apply_configuration
    from pypdf.errors import LimitReachedError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it would say quotes the file (C25)
    try:
        with apply_configuration(**LIMITS, zlib_maximum_output_length=TABLE):
            reader = PdfReader(io.BytesIO(sent), strict=False)
            if reader.is_encrypted:
                raise refused("locked")
        with apply_configuration(**LIMITS, zlib_maximum_output_length=PART):
            left = _unpack(reader)
            _count_pages(reader)
            _look_through(reader)
            bare(reader, left)
            writer = PdfWriter()
            for page in reader.pages:
                writer.add_page(page)
            writer.metadata = None
            out = io.BytesIO()
            writer.write(out)
    except ValidationError:
        raise
    except (LimitReachedError, RecursionError, MemoryError):
        raise refused("unpacks") from None
    except Exception:  # noqa: BLE001 - whatever a broken file makes its reader do, the answer is the same
        raise refused("broken") from None
    return out.getvalue()


def _unpack(reader):
    """Unpack what objects are packed in, one after the other, and say how many bytes are left."""
    from pypdf.generic import IndirectObject

    left = UNPACKED
    for number in sorted({number for number, _place in reader.xref_objStm.values()}):
        packed = IndirectObject(number, 0, reader).get_object()
        left -= len(packed.get_data()) if packed is not None else 0
        if left < 0:
            raise refused("unpacks")
    return left


def _count_pages(reader):
    from pypdf.errors import LimitReachedError

    try:
        if 1 <= len(reader.pages) <= PAGES:
            return
    except LimitReachedError:
        pass
    raise refused("pages")


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
            raise refused("unpacks")
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
