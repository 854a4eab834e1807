"""What keeps things from being dropped: who hears, who is on, who takes, and what was typed too late."""

from .guard import guard

TOLD, DESK = "tests/test_who_is_told.py", "tests/test_duty.py"
AWAY, CLOSED = "tests/test_absences.py", "tests/test_closed_organization.py"
LATE, NOTES = "tests/test_too_late.py", "tests/test_shift_note.py"

GUARDS = (
    guard(
        "question-rings-heads-who-can-open",
        "R4",
        "orgs/ringing.py",
        ('rows = model._base_manager.filter(held(model, head, "view"), pk__in=subjects)',
         "rows = model._base_manager.filter(pk__in=subjects)"),
        tests=f"{TOLD}::test_a_question_rings_the_head_of_its_own_unit_and_then_the_agency",
    ),
    guard(
        "last-rung-with-who-can-open",
        "R4",
        "orgs/ringing.py",
        ("        ELSE %(administrators)s::uuid[] || %(supervisors)s::uuid[] END",
         "        ELSE %(administrators)s::uuid[] END"),
        tests="tests/test_running.py::test_who_is_said_to_hear_hears_on_every_rung",
    ),
    guard(
        "question-climbs-to-the-agency",
        "R4",
        "referrals/following.py",
        ("            referral.climb()\n", "            pass\n"),
        tests=f"{TOLD}::test_a_question_rings_the_head_of_its_own_unit_and_then_the_agency",
    ),
    guard(
        "climbed-question-opens-while-it-stands",
        "R6",
        "referrals/access.py",
        ("if referral.climbed_at and asked:", "if referral.sent_at:"),
        tests=f"{TOLD}::test_a_question_rings_the_head_of_its_own_unit_and_then_the_agency",
    ),
    guard(
        "words-to-heads-kept-from-who-answers",
        "R42",
        "referrals/models/referral.py",
        ("            return said.filter(kept_from=None)\n", "            return said\n"),
        tests=f"{TOLD}::test_who_answers_for_an_officer_reads_nothing_that_was_written_to_the_heads",
    ),
    guard(
        "away-is-not-on-duty",
        "R4",
        "orgs/rota.py",
        (" if stands(member, moment) and pk not in away)", " if stands(member, moment))"),
        tests=f"{DESK}::test_who_is_away_is_not_on_and_the_next_rung_hears_at_once",
    ),
    guard(
        "gone-is-not-on-duty",
        "C9",
        "orgs/rota.py",
        (" and member.role in DESK and not (gone or member.is_dormant)", ""),
        ("return member.is_active", "return True"),
        tests=f"{DESK}::test_who_is_not_here_any_more_is_on_for_nobody",
    ),
    guard(
        "absence-asks-for-the-desk",
        "R4",
        "referrals/forms/absence.py",
        ('        if self.swaps and "desk" not in self.fields:\n', "        if False:\n"),
        tests=f"{DESK}::test_an_absence_that_meets_shifts_says_so_and_offers_the_swap",
    ),
    guard(
        "note-taken-by-another",
        "R4",
        "referrals/models/shift_note.py",
        ("            if actor.pk == self.by_id:\n", "            if False:\n"),
        tests=f"{NOTES}::test_whoever_left_a_note_does_not_take_it_and_is_not_told_of_it",
    ),
    guard(
        "note-not-told-to-its-writer",
        "R4",
        "orgs/ringing.py",
        ('getattr(apps.get_model(label), "not_for", lambda keys: ())(ids)', "()"),
        tests=f"{NOTES}::test_whoever_left_a_note_does_not_take_it_and_is_not_told_of_it",
    ),
    guard(
        "cover-is-told",
        "R38",
        "cases/reminders.py",
        ("    if absence.waits_for_cover:", "    if False:"),
        tests=f"{AWAY}::test_whoever_covers_is_told_at_once_and_says_that_they_know",
    ),
    guard(
        "typed-too-late-is-given-back",
        "C7",
        "config/templates/409.html",
        ('{% include "components/typed.html" %}\n', ""),
        tests=f"{LATE}::test_it_is_given_back_to_nobody_else_and_after_that_to_nobody",
    ),
    guard(
        "typed-secret-is-not-given-back",
        "C7",
        "orgs/typed.py",
        (" or unkept.is_secret(request)", ""),
        tests=f"{LATE}::test_what_lets_somebody_in_is_not_given_back",
    ),
    guard(
        "settings-reach-what-was-received",
        "R4",
        "orgs/access_index.py",
        ("    return model._base_manager.select_related(*named) if named else model._base_manager.all()\n",
         "    return model._base_manager.select_related(*named)\n"),
        tests="tests/test_reclocking_all.py",
    ),
    guard(
        "closing-waits-for-clocks",
        "R48",
        "orgs/management/commands/close_organization.py",
        ("    if clocks or mails:\n", "    if False:\n"),
        tests=f"{CLOSED}::test_it_is_not_closed_while_a_clock_runs_there",
    ),
    guard(
        "operator-hears-of-closed",
        "R48",
        "orgs/tasks.py",
        ("move = HouseDuty.begin if reminders.left_running() else HouseDuty.done", "move = HouseDuty.done"),
        tests=f"{CLOSED}::test_what_runs_in_one_that_was_closed_anyhow_is_told_to_the_operator",
    ),
)  # fmt: skip
