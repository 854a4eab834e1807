"""What an instance holds in place of a sealed field's value."""

import copy


class Sealed:
    """Ciphertext as the database has it. Says nothing when printed, compares by its bytes."""

    __slots__ = ("raw",)

    def __init__(self, raw):
        self.raw = bytes(raw)

    def __bytes__(self):
        return self.raw

    def __repr__(self):
        return "sealed"

    def __eq__(self, other):
        return isinstance(other, Sealed) and self.raw == other.raw

    def __hash__(self):
        return hash(self.raw)

    def __reduce__(self):
        return Sealed, (self.raw,)


class Clear:
    """A readable value: assigned and not yet saved, or opened and perhaps changed in place.

    `was` is the ciphertext that it stands for, if any, and `plain` the bytes that came out of it; while
    `encode(value)` is still `plain`, the ciphertext is written back as it was.
    """

    __slots__ = ("encode", "value", "was", "plain")

    def __init__(self, encode, value, was=None, plain=None):
        self.encode, self.value, self.was, self.plain = encode, value, was, plain

    def unchanged(self):
        """Tell whether the ciphertext still says what the value says."""
        return self.was is not None and self.plain is not None and self.encode(self.value) == self.plain

    def __repr__(self):
        return "not shown"

    def __deepcopy__(self, memo):
        return Clear(self.encode, copy.deepcopy(self.value, memo), self.was, self.plain)

    def __reduce__(self):
        # A pickle goes into caches and queues, which must never hold what is readable (R11).
        if not self.unchanged():
            raise TypeError("A sealed field was changed and not saved: it cannot be pickled.")
        return Sealed, (self.was.raw,)
