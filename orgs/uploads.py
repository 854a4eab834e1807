"""A file that somebody sends stays in memory, is small, and is what its bytes say it is.

Nothing that is uploaded touches a disk. What is too large is dropped while it comes in, and the rest of the
form is kept, so that nothing typed is lost. Pictures are drawn anew, which leaves behind where and when
they were taken and whatever else was hidden in the file; of PDFs only what shows the pages is kept. What is
small as a file and huge in memory is refused by its first bytes, and papers with anything that runs are too.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext_lazy as _

LARGEST = 6_000_000  # bytes of one file
LARGEST_REQUEST = 16_000_000  # bytes; more is not even read
PIXELS = 25_000_000  # of a picture that is sent; one copy of it is 100 MB at most
LONGEST = 12_000  # pixels of one side of it
SIDE = 2400  # pixels of the longer side of what is kept: a letter page at 200 dots an inch
PAGES = 20
OBJECTS = 50_000  # of a PDF
UNPACKED = 32_000_000  # bytes of all that is unpacked of one PDF to look at it
SAY = {
    "large": _(
        "The file is larger than 6 MB. Take the picture again, nearer or with fewer pixels. What you typed "
        "is kept."
    ),
    "kind": _("This is no picture (JPEG or PNG) and no PDF, whatever its name says. What you typed is kept."),
    "broken": _("The file cannot be read. Take the picture or scan it again. What you typed is kept."),
    "pixels": _(
        "The picture has too many pixels (more than 25 million, or more than 12,000 on one side). Set the "
        "camera to a smaller size, or take a picture of the screen. What you typed is kept."
    ),
    "pages": _("The PDF has more than 20 pages. Send the signed pages only. What you typed is kept."),
    "unpacks": _(
        "The PDF is small as a file and holds far more than a signed paper does. Scan the signed pages "
        "again, or take a picture of them. What you typed is kept."
    ),
    "inside": _(
        "A picture lies in the PDF in a way in which it cannot be cleared of where it was taken. Scan the "
        "paper again, or take a picture of it. What you typed is kept."
    ),
    "locked": _("The PDF is locked with a password. Scan the paper again. What you typed is kept."),
    "active": _(
        "The PDF holds something that runs or another file. Scan the paper, or take a picture of it. What "
        "you typed is kept."
    ),
    "empty": _("The file is empty. What you typed is kept."),
}


class SmallInMemory(FileUploadHandler):
    """Keeps a file in memory up to `LARGEST`; of a larger one only that it was too large."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > LARGEST_REQUEST:
            raise StopUpload(connection_reset=True)

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.held, self.seen = io.BytesIO(), 0

    def receive_data_chunk(self, raw_data, start):
        self.seen += len(raw_data)
        if self.seen <= LARGEST:
            self.held.write(raw_data)

    def file_complete(self, file_size):
        held = self.held if file_size <= LARGEST else io.BytesIO()
        held.seek(0)
        file = InMemoryUploadedFile(
            held, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )
        file.too_large = file_size > LARGEST
        return file


@dataclass(frozen=True)
class Paper:
    """A file that was looked at: `kind` is "jpeg" or "pdf", `mark` the SHA-256 of what was sent, in hex."""

    kind: str
    content: bytes
    mark: str

    def __repr__(self):
        return f"Paper({self.kind})"


def read_paper(file):
    """Look at an uploaded picture or PDF by its content alone. Returns a `Paper`.

    Raises `ValidationError`, `code` one of the keys of `SAY`.
    """
    if getattr(file, "too_large", False) or file.size > LARGEST:
        raise refused("large")
    sent = file.read()
    if not sent:
        raise refused("empty")
    mark = hashlib.sha256(sent).hexdigest()
    if sent.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return Paper("jpeg", _drawn_anew(sent), mark)
    if sent.startswith(b"%PDF-"):
        from .pdfs import pages_alone

        content = pages_alone(sent)
        if len(content) > LARGEST:
            raise refused("large")
        return Paper("pdf", content, mark)
    raise refused("kind")


def refused(why):
    return ValidationError(SAY[why], code=why)


def _drawn_anew(sent):
    """The picture as a new JPEG of its pixels: no place, time, camera, comment or second file in it."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(sent), formats=("JPEG", "PNG")) as picture:
                if max(picture.size) > LONGEST or picture.width * picture.height > PIXELS:
                    raise refused("pixels")
                picture.draft("RGB", (SIDE, SIDE))
                picture.thumbnail((SIDE, SIDE))  # before anything else: what follows copies the small one
                ImageOps.exif_transpose(picture, in_place=True)
                clear = picture.convert("RGBA")
                page = Image.new("RGB", clear.size, "white")
                page.paste(clear, mask=clear.getchannel("A"))
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise refused("pixels") from None
    except Exception:  # noqa: BLE001 - whatever a broken picture makes its reader do, the answer is the same
        raise refused("broken") from None
    out = io.BytesIO()
    page.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()
