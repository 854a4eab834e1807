"""What must happen when a release ends: rooms above this one register it, the release calls it.

Each callable gets `(release, actor)` in the transaction that ends the release, so that nothing that hangs on
it outlives it (R20).
"""

_callables = []
_when_shortened = []


def on_end(call):
    """Register `call(release, actor)`; usable as a decorator. Registering twice is registering once."""
    if call not in _callables:
        _callables.append(call)
    return call


def ended(release, actor):
    """Tell everyone who registered."""
    for call in _callables:
        call(release, actor)


def on_shorten(call):
    """Register `call(release, actor)` for a release whose end has come nearer."""
    if call not in _when_shortened:
        _when_shortened.append(call)
    return call


def shortened(release, actor):
    """Tell everyone who registered that `expires_at` is earlier now."""
    for call in _when_shortened:
        call(release, actor)
