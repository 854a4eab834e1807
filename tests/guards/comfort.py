"""Guards of what makes the day easier: it must tell nothing, and leave nothing behind."""

from .guard import guard

GUARDS = (
    guard(
        "opened-lately-before-the-wall",
        "R42",
        "cases/recent.py",
        ("    rows = Case.objects.visible_to(member).filter(", "    rows = Case.objects.filter("),
        tests="tests/test_recent.py",
    ),
    guard(
        "a-named-filter-is-its-members",
        "R6",
        "orgs/views/saved_views.py",
        ("get_object_or_404(SavedView, pk=pk, user=request.user)", "get_object_or_404(SavedView, pk=pk)"),
        tests="tests/test_saved_views.py",
    ),
    guard(
        "a-page-that-stays-when-nothing-comes-back",
        "C7",
        "config/static/causeway/unsent.js",
        ("    event.preventDefault();\n", ""),
        tests="tests/test_lost_signal.py",
    ),
    guard(
        "no-draft-on-the-device",
        "R11",
        "config/static/causeway/unsent.js",
        (
            "    const body = new FormData(form);\n",
            "    const body = new FormData(form);\n    localStorage.draft = [...body.values()];\n",
        ),
        tests="tests/test_lost_signal.py",
    ),
    guard(
        "the-end-of-a-session-is-said",
        "C8",
        "orgs/views/lock.py",
        (', headers={"Causeway-Ends": session.left(request)}', ""),
        tests="tests/test_lost_signal.py",
    ),
)
