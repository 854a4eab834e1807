"""Keyed search tokens: finding a sealed name without a readable index of names (R8, C18).

A token is HMAC-SHA-256 under the organization's search key over one purpose byte and one normalized
text, cut to 64 bits and read as a signed integer, as `bigint` holds it. Without the key a token tells
nothing; inside an organization equal tokens tell that two rows share a word, a beginning, a sound or a
number. Two organizations' tokens have nothing in common.
"""

import hmac
import re
import unicodedata

import jellyfish

WORD, PREFIX, SOUND, PHONE = b"w", b"p", b"s", b"n"
SHORTEST_PREFIX, LONGEST_PREFIX = 3, 8
LOCAL_DIGITS = 7  # a number in the islands is known by its last seven digits
PHONE_SHAPE = re.compile(r"(?<![^\W_])\+?\(?\d(?:[ ().\-]{0,2}\d){6,14}(?![^\W_])")


def normalized(text):
    """Return `text` compared as people compare names: no accents, no case, one form of each letter."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    # A second pass, because folding case can make new combining marks (as for İ).
    decomposed = unicodedata.normalize("NFKD", decomposed)
    return "".join(letter for letter in decomposed if unicodedata.category(letter) not in {"Mn", "Me", "Cf"})


def words_of(text):
    """Return the words of `text` in order, normalized; apostrophes join (O'Neal → oneal)."""
    return re.findall(r"[^\W_]+", re.sub(r"['’ʼ`]", "", normalized(text)))


def phones_of(text):
    """Return the digits of everything in `text` that is shaped like a telephone number (7 to 15 digits)."""
    return [re.sub(r"\D", "", shape) for shape in PHONE_SHAPE.findall(normalized(text))]


def sound_of(word):
    """Return a phonetic code (Metaphone), or "" for what has no sound or too little to tell by."""
    code = jellyfish.metaphone(word) if word.isalpha() else ""
    return code if len(code) >= 2 else ""


def tokens_for(secrets, texts):
    """Return the tokens (signed 64-bit) under which a row with these texts is found."""
    key = secrets.newest.search_key
    found = set()
    for text in filter(None, texts):
        for word in words_of(text):
            found.add(_token(key, WORD, word))
            for length in range(SHORTEST_PREFIX, min(LONGEST_PREFIX, len(word)) + 1):
                found.add(_token(key, PREFIX, word[:length]))
            if sound := sound_of(word):
                found.add(_token(key, SOUND, sound))
        for digits in phones_of(text):
            found.update(_phone_tokens(key, digits))
    return found


def query_tokens(secrets, text):
    """Return what to look for: every inner list must be met by at least one of its tokens.

    Each word gives its exact, prefix and phonetic token, each telephone number its digits, under every
    key version in use, so that a search goes on while a rotation is under way (C19). The answer is a
    list of candidates: beginnings are compared to eight letters. Empty when `text` holds no word.
    """
    keys = [key.search_key for key in secrets.versions.values()]
    remaining = normalized(text)
    wanted = [[token for key in keys for token in _phone_tokens(key, digits)] for digits in phones_of(text)]
    for word in dict.fromkeys(words_of(PHONE_SHAPE.sub(" ", remaining))):
        wanted.append([token for key in keys for token in _word_tokens(key, word)])
    return wanted


def _word_tokens(key, word):
    yield _token(key, WORD, word)
    if len(word) >= SHORTEST_PREFIX:
        yield _token(key, PREFIX, word[:LONGEST_PREFIX])
    if sound := sound_of(word):
        yield _token(key, SOUND, sound)


def _phone_tokens(key, digits):
    return [_token(key, PHONE, form) for form in dict.fromkeys([digits, digits[-LOCAL_DIGITS:]])]


def _token(key, purpose, text):
    digest = hmac.digest(key, purpose + text.encode("utf-8", "surrogatepass"), "sha256")
    return int.from_bytes(digest[:8], "big", signed=True)
