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


if __name__ == "__main__":
    print(code(sys.argv[1].strip().upper()) if len(sys.argv) == 2 else __doc__)
