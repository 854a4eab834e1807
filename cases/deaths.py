"""What must change when somebody has died: rooms above this one register it, the case calls it (R33).

Each callable gets `(person, actor)` in the transaction that writes the death down, or takes it back.
"""

_callables = []


def on_death(call):
    """Register `call(person, actor)`; usable as a decorator. Registering twice is registering once."""
    if call not in _callables:
        _callables.append(call)
    return call


def recorded(person, actor):
    """Tell everyone who registered."""
    for call in _callables:
        call(person, actor)
