"""One service's own work: cases, who has them, what was promised, what was permitted."""

from .rows import FORM, PAGE, PRESS, Row

OPEN_CASE = "open active on_hold closure_requested"

CASEWORK = {
    "case": [
        Row("view_case", PAGE, "advocate supervisor"),
        Row("clocks_case", PAGE, "advocate supervisor"),
        Row("receipt_case", PAGE, "supervisor"),
        Row("print_receipt_case", PAGE, "supervisor"),
        Row("log_case", FORM, "advocate supervisor", OPEN_CASE),
        Row("make_plan", FORM, "advocate supervisor"),
        Row("confirm_plan", PRESS, "advocate supervisor"),
        Row("correct_person", FORM, "advocate supervisor"),
        Row("write_note", FORM, "advocate supervisor", OPEN_CASE),
        Row("correct_note", FORM, "advocate supervisor"),  # on a closed case too
        Row("give_service", FORM, "advocate supervisor", OPEN_CASE),
        Row("promise_followup", FORM, "advocate supervisor", OPEN_CASE),
        Row("hold_case", FORM, "advocate supervisor", "active"),
        Row("extend_case", FORM, "advocate supervisor", "on_hold"),
        Row("take_up_case", PRESS, "advocate", "reassigned"),
        Row("resume_case", PRESS, "advocate supervisor", "on_hold"),
        Row("request_closure_case", FORM, "advocate supervisor", "open active on_hold"),
        Row("refuse_closure_case", PRESS, "supervisor", "closure_requested"),
        Row("close_case", FORM, "supervisor", "closure_requested"),
        Row("reopen_case", PRESS, "supervisor", "closed"),
        Row("assign_case", FORM, "advocate supervisor", OPEN_CASE),
        Row("restrict_case", FORM, "advocate supervisor"),
        Row("lift_wall", PRESS, "advocate supervisor"),
        Row("merge_case", FORM, "supervisor"),
        Row("undo_merge", FORM, "supervisor"),
        Row("name_insiders", FORM, "advocate supervisor"),
        Row("draft_release", FORM, "advocate supervisor", OPEN_CASE),
        Row("disclosures", PAGE, "advocate supervisor"),
        Row("print_disclosures", PAGE, "advocate supervisor"),
        Row("summarize_case", PAGE, "advocate supervisor"),
        Row("print_summary_case", PAGE, "advocate supervisor"),
        Row("hand_off_case", FORM, "advocate supervisor", OPEN_CASE),
        Row("begin_duty", PAGE, "advocate supervisor"),
        Row("begin_mandatedreport", FORM, "advocate supervisor"),  # a suspicion waits for no open case
        Row("begin_otiprequest", FORM, "advocate supervisor"),
        Row("begin_certification", FORM, "advocate supervisor", OPEN_CASE),
        Row("begin_deadline", FORM, "advocate supervisor", OPEN_CASE),
        Row("begin_courtdate", FORM, "advocate supervisor", OPEN_CASE),
        Row("begin_goal", FORM, "advocate supervisor", OPEN_CASE),
        Row("record_death_case", FORM, "advocate supervisor"),
        Row("take_back_death_case", PRESS, "supervisor"),
        Row("place_hold_case", FORM, "supervisor"),
        Row("lift_hold_case", FORM, "supervisor"),  # every case that is built here is held
    ],
    "absence": [
        Row("view_absence", PAGE, "away cover supervisor staff"),
        Row("direct_absence", FORM, "supervisor", "proposed"),
        Row("refuse_absence", PRESS, "supervisor", "proposed"),
        Row("withdraw_absence", PRESS, "away", "proposed"),
        Row("change_absence", FORM, "supervisor", "standing"),
        Row("confirm_absence", PRESS, "cover", "standing"),
        Row("end_absence", PRESS, "away supervisor", "standing"),
    ],
    "caseloadmove": [
        Row("view_caseloadmove", PAGE, "supervisor"),
        Row("undo_caseloadmove", PRESS, "supervisor", "moved"),
    ],
    "caseassignment": [
        Row("view_caseassignment", PAGE, "asked advocate supervisor"),
        Row("accept_caseassignment", PRESS, "asked", "offered"),
        Row("decline_caseassignment", FORM, "asked", "offered"),
        Row("supersede_caseassignment", PRESS, "advocate supervisor", "offered"),
    ],
    "followup": [
        Row("complete_followup", FORM, "advocate supervisor", "scheduled"),
        Row("reschedule_followup", FORM, "advocate supervisor", "scheduled"),
        Row("cancel_followup", FORM, "advocate supervisor", "scheduled"),
        Row("reopen_followup", PRESS, "advocate supervisor", "done cancelled"),
    ],
    "courtdate": [
        Row("view_courtdate", PAGE, "advocate supervisor"),
        Row("reschedule_courtdate", FORM, "advocate supervisor", "set"),
        Row("conclude_courtdate", FORM, "advocate supervisor", "set"),
        Row("call_off_courtdate", FORM, "advocate supervisor", "set"),
        Row("reopen_courtdate", PRESS, "advocate supervisor", "done called_off"),
    ],
    "goal": [
        Row("view_goal", PAGE, "advocate supervisor"),
        Row("revise_goal", FORM, "advocate supervisor", "set"),
        Row("review_goal", FORM, "advocate supervisor", "set"),
        Row("reach_goal", PRESS, "advocate supervisor", "set"),
        Row("reach_partly_goal", PRESS, "advocate supervisor", "set"),
        Row("let_go_goal", FORM, "advocate supervisor", "set"),
        Row("reopen_goal", PRESS, "advocate supervisor", "reached partly let_go"),
    ],
    "coachingnote": [
        Row("view_coachingnote", PAGE, "supervisor"),
        Row("add_to_coachingnote", FORM, "supervisor"),
    ],
    "release": [
        Row("view_release", PAGE, "advocate supervisor staff"),
        Row("edit_release", FORM, "advocate supervisor", "draft discussed"),
        Row("discuss_release", FORM, "advocate supervisor", "draft"),
        Row("sign_release", FORM, "advocate supervisor", "draft discussed"),  # draft: to the talk first
        Row("tell_outcome_release", FORM, "advocate supervisor", "active"),
        Row("print_release", PAGE, "advocate supervisor"),
        Row("open_paper_release", PAGE, "advocate supervisor"),
        Row("refuse_release", PRESS, "advocate supervisor", "draft discussed"),
        Row("discard_release", PRESS, "advocate supervisor", "draft discussed"),
        Row("revoke_release", FORM, "advocate supervisor staff", "active"),  # by anyone on staff (R20)
        Row("disclose_release", FORM, "advocate supervisor", "active"),
    ],
}
