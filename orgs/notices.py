"""What is said after a move: one sentence, and "Undo" where the move can be undone."""

from django.contrib import messages

UNDO = "undo:"


def say(request, sentence, *, undo=""):
    """Show `sentence` on the next page. `undo` is the URL that takes the move back; the view behind it
    decides whether it still can."""
    messages.success(request, sentence, extra_tags=UNDO + undo if undo else "")


def undo_url(message):
    """The URL of the undo button of a message, or ""."""
    tag = message.extra_tags or ""
    return tag.removeprefix(UNDO) if tag.startswith(UNDO) else ""
