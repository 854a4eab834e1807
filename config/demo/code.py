"""The one-time code of this moment: `python -m config.demo.code SECRET`, in place of an app on a phone."""

import base64
import sys
import time

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP


def code(secret, moment=None):
    """The six digits for a secret as an app takes it (base 32), at a moment in seconds, by default now."""
    app = TOTP(base64.b32decode(secret), 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303 - RFC 6238
    return app.generate(int(moment if moment is not None else time.time())).decode()


def main(arguments):
    """Print the code of a secret; returns 1 with a sentence when there is none, or it is no secret."""
    secret = "".join(arguments).strip().upper()
    try:
        print(code(secret or "?"))
    except ValueError:
        print("Say whose: make code SECRET=…, with what stands behind a name in the list of `make demo`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
