"""Pictures as they lie inside a PDF, without what a camera wrote beside them: where, when, with what.

Nothing is decoded or drawn again: a JPEG (ISO 10918-1) is a row of marked segments and a JPEG 2000
(ISO 15444-1) a row of boxes, and only those stay that a viewer needs to show the picture. What follows the
end of a picture (a second one, a film, a maker's trailer) goes too. Raises `ValueError` for what is neither.
"""

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
COMMENT, APPLICATION = 0xFE, range(0xE0, 0xF0)
# Which application segments say how the picture is to be shown: by marker, how they begin, how much stays.
NEEDED = {0xE0: (b"JFIF\0", 12), 0xE2: (b"ICC_PROFILE\0", None), 0xEE: (b"Adobe", 12)}

BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}
HEADER_BOXES = {b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res "}
CODESTREAM, TILE, DATA, END, REMARK = 0xFF4F, 0xFF90, 0xFF93, 0xFFD9, 0xFF64


def bare_jpeg(sent):
    """The same picture with the segments alone that show it."""
    if sent[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    kept, at = [b"\xff\xd8"], 2
    while True:
        while sent[at : at + 2] == b"\xff\xff":  # fill
            at += 1
        if at + 2 > len(sent) or sent[at] != 0xFF:
            raise ValueError("no marker")
        marker = sent[at + 1]
        if marker == EOI:
            return b"".join((*kept, b"\xff\xd9"))
        if marker in ALONE:
            at += 2
            continue
        end = at + 2 + int.from_bytes(sent[at + 2 : at + 4])
        if marker in (0, SOI) or end < at + 4 or end > len(sent):
            raise ValueError("no segment")
        kept.append(_shown_by(marker, sent[at:end]))
        at = end
        if marker == SOS:
            at = _end_of_scan(sent, end)
            kept.append(sent[end:at])
            if at == len(sent):  # cut short, as scanners do; viewers show what there is
                return b"".join((*kept, b"\xff\xd9"))


def _shown_by(marker, segment):
    """What stays of a segment: all of it, its beginning, or nothing."""
    if marker == COMMENT:
        return b""
    if marker not in APPLICATION:
        return segment
    begins, length = NEEDED.get(marker, (None, None))
    if begins is None or not segment[4:].startswith(begins):
        return b""
    if length is None:
        return segment
    body = segment[4 : 4 + length]
    if marker == 0xE0:
        body += b"\0\0"  # no small picture inside
    return segment[:2] + (len(body) + 2).to_bytes(2) + body


def _end_of_scan(sent, at):
    """Where the next marker stands after the coded data that begin at `at`."""
    while (at := sent.find(b"\xff", at)) != -1:
        if at + 1 == len(sent):
            break
        if sent[at + 1] not in (0, 0xFF) and sent[at + 1] not in ALONE:
            return at
        at += 1 if sent[at + 1] == 0xFF else 2
    return len(sent)


def bare_jpeg2000(sent):
    """The same picture with the boxes alone that show it, and its code without remarks."""
    if sent[:2] == CODESTREAM.to_bytes(2):
        return _without_remarks(sent)
    kept = []
    for kind, body in _boxes(sent):
        if kind == b"jp2h":
            body = b"".join(_box(*inner) for inner in _boxes(body) if inner[0] in HEADER_BOXES)
        elif kind == b"jp2c":
            body = _without_remarks(body)
        if kind in BOXES:
            kept.append(_box(kind, body))
    if not any(box[4:8] == b"jp2c" for box in kept):
        raise ValueError("no picture")
    return b"".join(kept)


def _boxes(sent):
    """The boxes of a JPEG 2000 file: (kind, body)."""
    at = 0
    while at < len(sent):
        length, head = int.from_bytes(sent[at : at + 4]), 8
        if length == 1:
            length, head = int.from_bytes(sent[at + 8 : at + 16]), 16
        elif length == 0:
            length = len(sent) - at
        if length < head or at + length > len(sent):
            raise ValueError("no box")
        yield sent[at + 4 : at + 8], sent[at + head : at + length]
        at += length


def _box(kind, body):
    return (len(body) + 8).to_bytes(4) + kind + body


def _without_remarks(code):
    """A code stream whose remarks are blank; their length stays, for tiles say where the next one begins."""
    code, at, tile = bytearray(code), 2, 0
    if code[:2] != CODESTREAM.to_bytes(2):
        raise ValueError("no code stream")
    while True:
        marker = int.from_bytes(code[at : at + 2])
        if marker == END:
            return bytes(code[: at + 2])
        if marker == DATA:
            if not tile or not at < tile < len(code):  # the last one may run to the end
                return bytes(code)
            at, tile = tile, 0
            continue
        end = at + 2 + int.from_bytes(code[at + 2 : at + 4])
        if marker < 0xFF00 or end < at + 4 or end > len(code):
            raise ValueError("no segment")
        if marker == TILE:
            length = int.from_bytes(code[at + 6 : at + 10])
            tile = at + length if length else 0
        elif marker == REMARK:
            code[at + 6 : end] = bytes(end - at - 6)
        at = end
