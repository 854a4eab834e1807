"""The main navigation: at most six entries, by role, a count only where somebody must act."""


def navigation(request):
    """Context for every page: `navigation`, a list of entries."""
    return {"navigation": []}
