"""Reference numbers such as VI-7K3Q-92: said over a bad line, typed on a phone, checked at once.

The alphabet has no vowel, so no word comes out, and of each pair that looks or sounds alike one at
most: Q, D and J stay, so 0, O, 1, I and L go; B reads as 8, G as 6, S as 5 and Z as 2, so those four
letters are taken for the digit when somebody types them. What is left are 23 symbols, a prime number:
a weighted sum modulo 23 then finds every single wrong symbol and every two symbols that changed places.

Five free symbols are 6.4 million numbers. A number is not a secret and not a key: it opens nothing.
"""

import secrets

ALPHABET = "23456789CDFHJKMNPQRTVWX"
PREFIX = "VI"
MAX_LENGTH = 10

_PRIME = len(ALPHABET)
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOKS_LIKE = str.maketrans("BGSZ", "8652")
_PREFIX_READ_AS = str.maketrans("1L", "II")
_WEIGHTS = (6, 5, 4, 3, 2)
_REMAINDER = 3  # any number would do; with this one the example above is valid


def new_reference(prefix: str = PREFIX) -> str:
    """A new random reference. Two may fall together: keep the column unique, and ask again."""
    free = "".join(secrets.choice(ALPHABET) for _ in _WEIGHTS)
    return _written(prefix, free + _check_symbol(free))


def normalize(text: str, prefix: str = PREFIX) -> str:
    """What somebody typed as a reference is written, or "" when it cannot be one.

    Case, spaces, dashes, a missing prefix and the four look-alikes are forgiven. Says nothing of the
    check symbol: see `is_valid`.
    """
    typed = "".join(symbol for symbol in text if symbol.isalnum())
    typed = typed.upper() if typed.isascii() else ""
    if len(typed) == len(prefix) + 6 and typed[: len(prefix)].translate(_PREFIX_READ_AS) == prefix:
        typed = typed[len(prefix) :]
    symbols = typed.translate(_LOOKS_LIKE)
    if len(symbols) != 6 or not all(symbol in _VALUE for symbol in symbols):
        return ""
    return _written(prefix, symbols)


def is_valid(text: str, prefix: str = PREFIX) -> bool:
    """Whether `text` is a reference, with the check symbol that belongs to it."""
    symbols = normalize(text, prefix)[len(prefix) :].replace("-", "")
    return bool(symbols) and symbols[-1] == _check_symbol(symbols[:-1])


def _check_symbol(free: str) -> str:
    weighted = sum(weight * _VALUE[symbol] for weight, symbol in zip(_WEIGHTS, free, strict=True))
    return ALPHABET[(_REMAINDER - weighted) % _PRIME]


def _written(prefix: str, symbols: str) -> str:
    return f"{prefix}-{symbols[:4]}-{symbols[4:]}"
