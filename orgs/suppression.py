"""Figures that may be shown: none small, and none that lets a small one be worked out (R46).

Pure. `orgs/totals.py` has the same rule in SQL, inside the wall; `tests/test_totals.py` holds the two
against each other, and searches every small table for a figure that could be worked out.
"""

SMALLEST = 11  # what a setting may lower
FLOOR = 5  # and how far


def smallest_shown(setting=SMALLEST):
    """The smallest figure that is ever shown: the setting, never below the floor."""
    return max(FLOOR, setting)


def suppress(counts, smallest):
    """The counts that may be shown beside their total, and that total: ([count or None, …], total or None).

    Counts below `smallest` are hidden. What is hidden is the total less what is shown, so more is hidden,
    the smallest first, until at least two are hidden, together they are not small, and they are not all
    as large as a small count can be. A total that is small is hidden with everything in it.
    """
    total = sum(counts)
    if total < smallest:
        return [None] * len(counts), None
    hidden = {place for place, count in enumerate(counts) if count < smallest}
    by_size = sorted((count, place) for place, count in enumerate(counts) if place not in hidden)
    while hidden and by_size and not _keeps(sum(counts[place] for place in hidden), len(hidden), smallest):
        hidden.add(by_size.pop(0)[1])
    return [None if place in hidden else count for place, count in enumerate(counts)], total


def _keeps(together, how_many, smallest):
    """Whether a sum known to be `together` keeps each of its parts to itself."""
    return how_many >= 2 and smallest <= together < how_many * (smallest - 1)
