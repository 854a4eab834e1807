"""What can go wrong with a sealed value, in the two words that the rest of the code needs."""


class Locked(Exception):
    """The running code has not opened the secrets that this needs (R11).

    A worker never opens any; a web request opens those of the signed-in member's organization.
    """


class Tampered(Exception):
    """A sealed value does not open where it lies: moved, cut, or changed (C18)."""
