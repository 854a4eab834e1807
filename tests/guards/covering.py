"""Guards of an absence (who may open what, for how long, who hears), and of a journey."""

from .guard import constraint, guard

GUARDS = (
    guard(
        "a-cover-ends-by-the-clock",
        "C10",
        "orgs/access.py",
        ("STANDS = Q(until=None) | Q(until__gt=Now())", "STANDS = Q()"),
    ),
    guard(
        "what-is-walled-is-covered-by-nobody",
        "R42",
        "cases/covering.py",
        ("        if cover and _walled(self.person_id, cover.member):\n", "        if False:\n"),
    ),
    guard(
        "a-reminder-is-told-to-whom-it-opens",
        "R42",
        "orgs/ringing.py",
        (
            '        rows = model._base_manager.filter(held(model, cover, "view"), pk__in=subjects)\n',
            "        rows = model._base_manager.filter(pk__in=subjects)\n",
        ),
    ),
    guard(
        "a-proposal-gives-nothing",
        "C10",
        "cases/models/absence.py",
        (
            'return cls._begin(member, cover, starts_at, ends_at, actor, "proposed", "propose")',
            "return cls.arrange(member, cover, starts_at, ends_at, actor=actor)",
        ),
    ),
    guard(
        "a-journey-has-a-category-of-its-own",
        "R10 R17",
        "referrals/handover.py",
        (
            'Item("travel", _("How they travel"), "TRAVEL", text=False)',
            'Item("travel", _("How they travel"), TRANSFER, text=False)',
        ),
        tests="tests/test_handoff_moves.py",
    ),
    constraint("an-absence-has-an-end", "C10", "cases_absence", "absence_has_an_end"),
)
