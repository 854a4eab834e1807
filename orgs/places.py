"""A place in a long list, as its pages name it in their addresses."""

from uuid import UUID

from django.utils.dateparse import parse_datetime


def place_of(text):
    """The (aware moment, id) of the row before, from `moment_id`; None for what is no place."""
    moment, _underscore, pk = text.partition("_")
    try:
        moment, pk = parse_datetime(moment.replace(" ", "+")), UUID(pk)
    except ValueError:
        return None
    return (moment, pk) if moment and moment.tzinfo else None
