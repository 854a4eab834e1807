"""Why two records may be of one person, in words. Pure: both sides' texts come in as arguments.

Only what a search has found already is compared, and only equality is said, never what stands there.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _

from orgs.sealing.tokens import LOCAL_DIGITS, LONGEST_PREFIX, phones_of, sound_of, words_of


class Known(NamedTuple):
    """What one record says of a person: names (texts), numbers (texts), birth date or None."""

    names: tuple = ()
    numbers: tuple = ()
    born: object = None

    @classmethod
    def of(cls, person):
        return cls((person.name, person.alias), (person.phone,), person.born)


def reasons(one, other):
    """Why `other` was found for `one` (both `Known`), the strongest first; never empty."""
    found = []
    if _digits(one) & _digits(other):
        found.append(_("same phone number"))
    if _names(one) & _names(other):
        same_year = one.born and other.born and one.born.year == other.born.year
        found.append(_("same name and year of birth") if same_year else _("same name"))
    if not found:
        found.append(
            _("a name that begins or sounds alike") if _sounds(one, other) else _("an earlier name or number")
        )
    return found


def strength(one, other):
    """How much speaks for it, for sorting: the number before the name, the name before its sound."""
    return bool(_digits(one) & _digits(other)), bool(_names(one) & _names(other))


def _sounds(one, other):
    """Whether each word of a name of one begins or sounds like a word of the other's names."""
    theirs = [word for text in other.names for word in words_of(text)]
    names = [words for text in one.names if (words := words_of(text))]
    return any(all(any(_near(word, their) for their in theirs) for word in words) for words in names)


def _near(word, their):
    sound = sound_of(word)
    return their.startswith(word[:LONGEST_PREFIX]) or bool(sound and sound == sound_of(their))


def _digits(known):
    """The numbers, as they are told apart on the islands: by their last seven digits."""
    return {digits[-LOCAL_DIGITS:] for text in (*known.names, *known.numbers) for digits in phones_of(text)}


def _names(known):
    """The names, each as its words in no order: "Vega, Ana" is "ana vega"."""
    return {tuple(sorted(words)) for text in known.names if (words := words_of(text))}
