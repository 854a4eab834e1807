"""Files from outside: nothing in them says where they were made, and none is huge in memory."""

import io
import zlib
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageFile
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from orgs import pdfs, uploads
from orgs.picture_marks import bare_jpeg, bare_jpeg2000

CAMERA, NOTE = b"CAMERA-OF-ANA", b"BEACH-HOUSE"
NOISE = Image.effect_noise((120, 90), 60).convert("RGB")


def a_photo(**more):
    """A JPEG with a place, a camera, a remark, XMP, a small picture, and a film after its end."""
    exif = Image.Exif()
    exif[0x010F] = CAMERA.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (17.0, 43.0, 37.5), 3: "W", 4: (64.0, 44.0, 5.5)})
    out = io.BytesIO()
    NOISE.save(out, "JPEG", exif=exif, comment=NOTE, xmp=b"<x>" + NOTE + b"</x>", **more)
    return out.getvalue() + NOTE


def a_jpeg2000(**more):
    out = io.BytesIO()
    NOISE.save(out, "JPEG2000", comment=NOTE, **more)
    box = b"uuid" + b"JpgTiffExif->JP2" + CAMERA
    return out.getvalue() + (b"" if "no_jp2" in more else (len(box) + 4).to_bytes(4) + box)


def names(**said):
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in said.items()})


def stream(data, **said):
    made = EncodedStreamObject()
    made._data = data
    made.update(names(**said))
    return made


def a_picture(writer, data, kind="DCTDecode", **more):
    said = names(
        Type=NameObject("/XObject"), Subtype=NameObject("/Image"), Width=NumberObject(120), **more,
        Height=NumberObject(90), ColorSpace=NameObject("/DeviceRGB"), BitsPerComponent=NumberObject(8),
    )  # fmt: skip
    made = stream(data)
    made.update({NameObject("/Filter"): NameObject(f"/{kind}"), **said})
    return writer._add_object(made)


def a_pdf(draw, content=b"q /I Do Q"):
    """A page whose picture is what `draw(writer)` gives back; returns the file's bytes."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    page[NameObject("/Resources")] = names(XObject=names(I=draw(writer)))
    drawing = DecodedStreamObject()
    drawing.set_data(content)
    page[NameObject("/Contents")] = writer._add_object(drawing)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def kept(sent):
    return uploads.read_paper(SimpleUploadedFile("x", sent)).content


def why(sent):
    with pytest.raises(ValidationError) as raised:
        kept(sent)
    return raised.value.code


def xmp(writer):
    return writer._add_object(stream(b"<x>" + NOTE + b"</x>", Type=NameObject("/Metadata")))


def beside(writer):
    """A picture with all that may stand beside one."""
    return a_picture(
        writer, a_photo(), Metadata=xmp(writer), OPI=names(F=TextStringObject(NOTE.decode())),
        Alternates=ArrayObject([names(Image=a_picture(writer, a_photo()))]),
        PieceInfo=names(App=names(Private=TextStringObject(NOTE.decode()))),
        AnythingElse=TextStringObject(NOTE.decode()),
    )  # fmt: skip


def as_mask(writer):
    return a_picture(writer, zlib.compress(bytes(32400)), "FlateDecode", SMask=beside(writer))


def nested(writer):
    inner = writer._add_object(
        stream(b"/I Do", Subtype=NameObject("/Form"), Resources=names(XObject=names(I=beside(writer))))
    )
    return writer._add_object(
        stream(
            b"/I Do",
            Subtype=NameObject("/Form"),
            Resources=names(XObject=names(I=inner)),
            LastModified=xmp(writer),
        )
    )


def packed_twice(writer):
    made = a_picture(writer, zlib.compress(a_photo()))
    made.get_object()[NameObject("/Filter")] = ArrayObject(
        [NameObject("/FlateDecode"), NameObject("/DCTDecode")]
    )
    return made


def jpeg2000(writer):
    return a_picture(writer, a_jpeg2000(), "JPXDecode")


@pytest.mark.parametrize("draw", [beside, as_mask, nested, packed_twice, jpeg2000])
def test_no_picture_in_a_pdf_says_where_it_was_taken(draw):
    """R15: no place, time, camera, note or second picture; whatever holds the picture, and however deep."""
    sent = a_pdf(draw)
    assert draw is packed_twice or NOTE in sent and CAMERA in sent
    content = kept(sent)
    reader = PdfReader(io.BytesIO(content))
    parts = [reader.get_object(number) for number in reader.xref[0] if number]
    pictures = [part._data for part in parts if getattr(part, "get", dict().get)("/Subtype") == "/Image"]
    pictures += [zlib.decompress(data) for data in pictures if data.startswith(b"\x78")]  # packed once more
    assert pictures
    for text in (content, *pictures):
        assert NOTE not in text and CAMERA not in text and b"Exif" not in text


def test_the_picture_itself_stays_as_it_was():
    """Nothing is drawn again: every pixel of a JPEG or JPEG 2000 is the one that was sent."""
    for make, bare, kinds in (
        (
            a_photo,
            bare_jpeg,
            ({}, {"progressive": True}, {"restart_marker_rows": 2}, {"icc_profile": b"c" * 99}),
        ),
        (a_jpeg2000, bare_jpeg2000, ({}, {"tile_size": (64, 64)}, {"no_jp2": True})),
    ):
        for more in kinds:
            sent = make(**more)
            left = bare(sent)
            assert NOTE in sent and NOTE not in left and CAMERA not in left
            before, after = (Image.open(io.BytesIO(data)) for data in (sent, left))
            assert before.tobytes() == after.tobytes()
            assert before.info.get("icc_profile") == after.info.get("icc_profile")


def test_a_picture_that_cannot_be_cleared_is_refused():
    """R15: half a head, and a camera's picture in the text of a drawing, its filter spelled oddly."""
    assert why(a_pdf(lambda writer: a_picture(writer, a_photo()[:40]))) == "broken"
    drawn = b"q BI /W 1 /H 1 /CS /RGB /BPC 8 /F /D#43T ID " + a_photo() + b"\nEI Q"
    assert why(a_pdf(beside, drawn)) == "inside"
    kept(a_pdf(beside, b"q BI /W 1 /H 1 /CS /RGB /BPC 8 ID abc\nEI Q"))


def a_png(width, height):
    def chunk(kind, data):
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(1 + 4 * width)) for _row in range(height)) + rows.flush()
    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 6, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(12_001, 1), (1, 12_001), (5_001, 5_000)])
def test_a_picture_that_is_huge_in_memory_is_refused_before_it_is_unpacked(size):
    assert uploads.PIXELS * 4 <= 100_000_000
    sent = a_png(*size)
    assert len(sent) < 200_000
    with mock.patch.object(ImageFile.ImageFile, "load", side_effect=AssertionError("unpacked")):
        assert why(sent) == "pixels"


def test_a_large_picture_is_made_small_before_it_is_turned():
    """One copy at full size, and everything after it on the small one."""
    turned = []
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (3000, 1000), "white").save(out, "PNG", exif=exif)
    convert = Image.Image.convert
    with mock.patch.object(
        Image.Image,
        "convert",
        lambda self, *args, **kw: turned.append(self.size) or convert(self, *args, **kw),
    ):
        content = kept(out.getvalue())
    assert Image.open(io.BytesIO(content)).size == (800, 2400)
    assert turned and max(max(size) for size in turned) <= uploads.SIDE


def zeros(length):
    """So many bytes, packed: a thousandth of them."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1_000_000)) for _n in range(length // 1_000_000)) + packer.flush()


def a_bomb(parts):
    """A page drawn by streams that unpack to nothing but zeros."""

    def draw(writer):
        made = [
            stream(part, Subtype=NameObject("/Form"), Filter=NameObject("/FlateDecode"), N=NumberObject(n))
            for n, part in enumerate(parts)
        ]
        drawn = [writer._add_object(one) for one in made]
        forms = DictionaryObject({NameObject(f"/F{n}"): one for n, one in enumerate(drawn)})
        return writer._add_object(stream(b"", Subtype=NameObject("/Form"), Resources=names(XObject=forms)))

    return a_pdf(draw)


def objects_packed(lengths):
    """A PDF whose objects lie in streams that unpack to so many bytes each."""
    out, table = b"%PDF-1.5\n", {0: (0, 0, 65535)}
    first = 3
    for n, length in enumerate(lengths):
        own = f"{first + n} 0 "
        body = (
            [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]
            if not n
            else [b"1"]
        )
        heads = f"1 0 2 {len(body[0]) + 1} " if not n else f"{first + len(lengths) + n} 0 "
        head = heads.encode()
        packer = zlib.compressobj(9)
        data = packer.compress(head + b" ".join(body))
        data += (
            b"".join(packer.compress(b" " * 1_000_000) for _m in range(length // 1_000_000)) + packer.flush()
        )
        table[first + n] = (1, len(out), 0)
        for place, number in enumerate((1, 2) if not n else (first + len(lengths) + n,)):
            table[number] = (2, first + n, place)
        said = f"/Type /ObjStm /N {len(body)} /First {len(head)} /Filter /FlateDecode /Length {len(data)}"
        out += f"{own}obj\n<< {said} >>\nstream\n".encode() + data + b"\nendstream\nendobj\n"
    number = first + 2 * len(lengths)
    table[number] = (1, len(out), 0)
    rows = [table.get(n, (0, 0, 0)) for n in range(number + 1)]
    data = zlib.compress(b"".join(a.to_bytes(1) + b.to_bytes(4) + c.to_bytes(2) for a, b, c in rows))
    said = f"/Type /XRef /Size {number + 1} /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length {len(data)}"
    end = f"\nendstream\nendobj\nstartxref\n{len(out)}\n%%EOF".encode()
    return out + f"{number} 0 obj\n<< {said} >>\nstream\n".encode() + data + end


BOMBS = {
    "one stream": lambda: a_bomb([zeros(100_000_000)]),
    "many streams, each within its limit": lambda: a_bomb([zeros(7_000_000)] * 6),
    "one part with objects": lambda: objects_packed([100_000_000]),
    "many parts with objects": lambda: objects_packed([7_000_000] * 6),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_pdf_that_unpacks_to_too_much_is_refused_while_it_unpacks(name):
    """100 kB that hold 100 MB: no more than the limit is ever unpacked."""
    sent, unpacked = BOMBS[name](), []
    assert len(sent) < 120_000
    get_data = EncodedStreamObject.get_data

    def counted(self):
        data = get_data(self)
        unpacked.append(len(data))
        return data

    with mock.patch.object(EncodedStreamObject, "get_data", counted):
        assert why(sent) == "unpacks"
    assert sum(unpacked) <= uploads.UNPACKED + pdfs.PART


def test_ten_thousand_pages_are_refused_by_their_number():
    """One leaf that is named ten thousand times, in 60 kB."""
    kids = b"4 0 R " * 10_000
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 10000 /Kids [" + kids + b"] >>",
        b"<< >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + part + b"\nendobj\n"
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Root 1 0 R /Size 5 >>\nstartxref\n%d\n%%%%EOF" % len(out)
    assert why(out + table + end) == "pages"
