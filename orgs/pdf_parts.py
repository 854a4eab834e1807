"""What a PDF may keep: of each page and picture what is needed to show it, by a list of what is allowed.

Cameras and phone scanners write where and when into the picture, into XMP beside it, into small previews and
into notes of the program that made the file. None of it is needed to read a paper.
"""

import re

from .picture_marks import bare_jpeg, bare_jpeg2000
from .uploads import refused

STREAM = {"/Length", "/Filter", "/DecodeParms"}
PAGE = {
    "/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox",
    "/Contents",    "/Rotate", "/Group", "/UserUnit",
}  # fmt: skip
RESOURCES = {"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/ProcSet"}
PICTURE = STREAM | {
    "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Intent", "/ImageMask",
    "/Mask", "/Decode", "/Interpolate", "/SMask", "/SMaskInData", "/Matte",
}  # fmt: skip
DRAWING = STREAM | {"/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Resources", "/Group"}
# Of everything else, fonts and colors among it: what speaks of the file, points out of it, or previews it.
NOWHERE = {
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/OPI", "/Alternates", "/Ref", "/Measure",
    "/PtData",    "/Annots", "/ID", "/Info",
}  # fmt: skip
OUT_OF_FILE = {"/F", "/FFilter", "/FDecodeParms"}  # of a stream
BARE = {"/DCTDecode": bare_jpeg, "/DCT": bare_jpeg, "/JPXDecode": bare_jpeg2000}
# A picture in the middle of a drawing's own text; those of cameras never lie there.
INSIDE = re.compile(rb"(?<![^\s\]>)])BI(?=[\s/])(.{0,2000}?)\sID\s", re.DOTALL)
HEX = re.compile(rb"#([0-9A-Fa-f]{2})")


def bare(reader, left):
    """Take out of all pages what is not needed to show them, in place. Raises `ValidationError`.

    `left` is how many bytes may still be unpacked.
    """
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    seen, waiting = set(), []
    for page in reader.pages:
        _keep(page, PAGE)
        page.pop("/Parent", None)
        seen.add(getattr(page.indirect_reference, "idnum", None))
        waiting.append(page)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if thing.idnum in seen:
                continue
            seen.add(thing.idnum)
            thing = thing.get_object()
        if isinstance(thing, DictionaryObject):
            left = _bare_one(thing, left)
            waiting += dict.values(thing)
            if isinstance(resources := _get(thing, "/Resources"), DictionaryObject):
                _keep(resources, RESOURCES)
        elif isinstance(thing, ArrayObject):
            waiting += list.__iter__(thing)


def _bare_one(thing, left):
    from pypdf.generic import StreamObject

    for key in NOWHERE & set(thing):
        del thing[key]
    if not isinstance(thing, StreamObject):
        return left
    for key in OUT_OF_FILE & set(thing):
        del thing[key]
    kind = _get(thing, "/Subtype")
    if kind == "/Image" or _is_picture(thing):
        _keep(thing, PICTURE)
        return _bare_picture(thing, left)
    if kind == "/Form":
        _keep(thing, DRAWING)
    drawn = thing.get_data()
    if (left := left - len(drawn)) < 0:
        raise refused("unpacks")
    for settings in INSIDE.findall(drawn):
        names = HEX.sub(lambda found: bytes([int(found[1], 16)]), settings)
        if b"/DCT" in names or b"/JPX" in names:
            raise refused("inside")
    return left


def _bare_picture(thing, left):
    """A picture whose last filter is a camera's is unpacked down to it, and kept with it alone."""
    from pypdf.generic import EncodedStreamObject, NameObject

    filters, settings = _row(thing, "/Filter"), _row(thing, "/DecodeParms")
    if any(name in BARE for name in filters[:-1]):
        raise refused("broken")
    if not filters or filters[-1] not in BARE:
        return left
    data = thing._data
    if filters[:-1]:
        outer = EncodedStreamObject()
        outer._data = data
        outer[NameObject("/Filter")] = _array(filters[:-1])
        if settings:
            outer[NameObject("/DecodeParms")] = _array(settings[: len(filters) - 1])
        data = outer.get_data()
        if (left := left - len(data)) < 0:
            raise refused("unpacks")
    try:
        thing._data = BARE[filters[-1]](data)
    except ValueError:
        raise refused("broken") from None
    thing[NameObject("/Filter")] = NameObject(filters[-1])
    thing.pop("/DecodeParms", None)
    if len(settings) == len(filters) and hasattr(settings[-1], "keys"):
        thing[NameObject("/DecodeParms")] = settings[-1]
    return left


def _is_picture(thing):
    return any(name in BARE for name in _row(thing, "/Filter"))


def _row(thing, key):
    """What stands under a key as a list: one thing, several, or nothing."""
    from pypdf.generic import ArrayObject, NullObject

    value = _get(thing, key)
    if value is None or isinstance(value, NullObject):
        return []
    return [one.get_object() for one in value] if isinstance(value, ArrayObject) else [value]


def _array(things):
    from pypdf.generic import ArrayObject

    return ArrayObject(things)


def _get(thing, key):
    value = thing.get(key)
    return value.get_object() if value is not None else None


def _keep(thing, allowed):
    for key in set(thing) - allowed:
        del thing[key]
