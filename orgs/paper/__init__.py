"""Paper: a document of plain lists and strings becomes a PDF that a screen reader can read (PDF/UA).

The document goes to the press as data and never into the template's text, so that nothing in a name is ever
a command. The press is a program of its own with little memory and little time.
"""

import json
import subprocess
import sys
from pathlib import Path

from django.http import HttpResponse

PRESS = Path(__file__).resolve().parent / "press.py"
SECONDS = 10
HANDED_OVER = "default-src 'none'; frame-ancestors 'none'; sandbox"


class NotPrinted(Exception):
    """The press gave no paper: too slow, too large, or a fault of the template."""


def pdf(document, *, seconds=SECONDS):
    """The PDF (bytes) of a document: its `template` (`document`, `poster`, `card`) says what it may hold.

    Raises `NotPrinted`.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PRESS)],
            input=json.dumps(document, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=seconds,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotPrinted("too slow") from None
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise NotPrinted("failed")  # what the press says may quote the document (C25)
    return done.stdout


def handed_over(content, kind="application/pdf", name="document.pdf"):
    """A response that is saved and never shown inside a page; its name says nothing (C20, R38)."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = HANDED_OVER
    response["Cache-Control"] = "no-store"
    return response
