"""Where the browser is."""

import os
import shutil


def executable():
    """The path of a Chromium. Raises `RuntimeError` that says what to install."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        found = name and shutil.which(name)
        if found:
            return found
    raise RuntimeError(
        "No Chromium here. On Debian: apt-get install chromium. Elsewhere set CHROMIUM to its path."
    )
