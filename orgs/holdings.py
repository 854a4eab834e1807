"""What a member has in their hands. Rooms that know register how to ask; nobody leaves while holding."""

_ask = []


def register(holds):
    """Add a question: `holds(member)` gives (label, count) pairs; a pair with no count holds nothing."""
    if holds not in _ask:
        _ask.append(holds)
    return holds


def of(member):
    """All that a member holds, as a list of (label, count) with a count above zero."""
    return [(label, count) for holds in _ask for label, count in holds(member) if count]
