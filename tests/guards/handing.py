"""Guards of what is given, rests, is taken back or moved together: nothing of it is dropped."""

from .guard import constraint, guard

GUARDS = (
    guard(
        "what-is-given-unasked-waits-to-be-taken-up",
        "R4",
        "cases/models/assignment.py",
        ("case.hand_to(to, actor=actor, unasked=directed)", "case.hand_to(to, actor=actor)"),
        tests="tests/test_taken_up.py",
    ),
    guard(
        "nobody-takes-up-for-another",
        "C10",
        "cases/taking_up.py",
        ("            if self.handed_at is None or self.assigned_to_id != actor.pk:\n",
         "            if self.handed_at is None:\n"),
        tests="tests/test_taken_up.py",
    ),
    guard(
        "a-case-on-hold-has-a-clock",
        "R4",
        "cases/reminders.py",
        ('    if case.state == "on_hold":  # nothing sleeps', "    if False:  # nothing sleeps"),
        tests="tests/test_resting.py",
    ),
    constraint(
        "a-case-rests-until-a-day",
        "R4",
        "cases_case",
        "case_rests_until_a_day",
        tests="tests/test_resting.py",
    ),
    guard(
        "in-touch-needs-a-contact",
        "R4",
        "referrals/models/intake_moves.py",
        ("            elif not self.was_reached:\n", "            elif False:\n"),
        tests="tests/test_in_touch.py",
    ),
    constraint(
        "an-attempt-of-ours-has-a-plan",
        "R37",
        "cases_contactattempt",
        "attempts_have_a_plan",
        tests="tests/test_in_touch.py",
    ),
    guard(
        "who-is-walled-did-not-speak-with-them",
        "R42",
        "referrals/forms/intake.py",
        ("here.exclude(pk__in=walled).order_by", "here.order_by"),
        tests="tests/test_in_touch.py",
    ),
    guard(
        "a-case-waits-for-the-answer-to-a-recall",
        "R10",
        "referrals/following.py",
        ("mine.filter(running | unanswered())", "mine.filter(running)"),
        tests="tests/test_handoff_closing.py",
    ),
    guard(
        "the-answer-to-a-recall-goes-along-with-the-case",
        "R10",
        "referrals/models/handoff_hands.py",
        ('            if self.state == "recalled":  # the receiver', "            if False:  # the receiver"),
        tests="tests/test_handoff_closing.py",
    ),
    guard(
        "what-was-touched-does-not-go-back",
        "R4",
        "referrals/caseload.py",
        ('    return "untouched" if untouched else "taken_up"\n', '    return "untouched"\n'),
        tests="tests/test_caseload_move.py",
    ),
    guard(
        "a-move-is-looked-at-through-the-walls",
        "R42",
        "referrals/caseload.py",
        ("        rows = model.objects.visible_to(actor, verb).filter(pk__in=keys)",
         "        rows = model.objects.filter(pk__in=keys)"),
        tests="tests/test_caseload_move.py",
    ),
)  # fmt: skip
