"""What goes into a spreadsheet: text that stays text."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def safe(value):
    """A cell that no spreadsheet takes for a formula, a command or a link to elsewhere.

    An apostrophe before it makes it text in every common program; numbers of ours never pass here as text.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULA) else text
