"""What arrives and what goes on: packets, intakes, handoffs."""

from .rows import FORM, PAGE, PRESS, Row

SENT = (
    "delivered acknowledged information_requested recalled undeliverable entered_in_error closed_to_referrer"
)
OPEN_INTAKE = "new triaged assigned outreach engaged"

ARRIVING = {
    "referral": [
        Row("view_referral", PAGE, "officer head desk"),
        Row("clocks_referral", PAGE, "desk"),
        Row("edit_referral", FORM, "officer head", "draft"),
        Row("send_referral", PRESS, "officer head", f"draft {SENT}"),  # again: the receipt of the first
        Row("receipt_referral", PAGE, "officer head desk"),  # the desk is led to its own page
        Row("discard_referral", FORM, "officer head", "draft"),
        Row("print_referral", PAGE, "officer head"),
        Row("print_card_referral", PAGE, "officer head"),
        Row("answer_referral", FORM, "officer head", "information_requested", refused="draft"),
        Row("hand_on_referral", FORM, "head", "information_requested"),
        Row(
            "write_referral",
            FORM,
            "officer head desk",
            "delivered acknowledged information_requested",
            refused="draft",
        ),
        Row("recall_referral", FORM, "officer head", "delivered", refused="draft"),
        Row(
            "mark_error_referral",
            FORM,
            "officer head",
            "delivered acknowledged information_requested undeliverable",
            refused="draft",
        ),
        Row("acknowledge_referral", PRESS, "desk", "delivered acknowledged information_requested"),
        Row("ask_referral", FORM, "desk", "acknowledged"),
        Row("call_in_referral", FORM, "desk", "group"),
        Row("reroute_referral", FORM, "desk", "delivered acknowledged"),
        Row("fail_referral", FORM, "desk", "delivered"),
    ],
    "intake": [
        Row("view_intake", PAGE, "desk supervisor advocate asked"),
        Row("clocks_intake", PAGE, "desk supervisor advocate asked"),
        Row("receipt_intake", PAGE, "supervisor"),
        Row("print_receipt_intake", PAGE, "supervisor"),
        Row("begin_report_intake", FORM, "desk supervisor advocate asked"),  # a suspicion waits for no case
        Row("begin_otip_intake", FORM, "desk supervisor advocate asked"),
        Row("triage_intake", FORM, "desk supervisor", "new"),
        Row("check_conflict_intake", FORM, "desk supervisor advocate", OPEN_INTAKE),
        Row("assign_intake", FORM, "desk supervisor", "triaged assigned outreach engaged"),
        Row("hand_back_intake", FORM, "desk supervisor advocate", "triaged assigned"),
        Row("find_duplicate_intake", FORM, "desk supervisor", "new triaged assigned"),
        Row(
            "link_case_intake",
            FORM,
            "desk supervisor advocate",
            "triaged assigned outreach engaged",
        ),
        Row("plan_intake", FORM, "desk supervisor advocate", OPEN_INTAKE),
        Row("confirm_plan_intake", PRESS, "desk supervisor advocate", OPEN_INTAKE),
        Row("reach_out_intake", FORM, "supervisor advocate", "assigned outreach engaged"),
        Row("engage_intake", FORM, "supervisor advocate", "assigned outreach"),
        Row("take_up_intake", PRESS, "advocate", "given"),
        Row("open_case_intake", PRESS, "supervisor advocate", "engaged"),
        Row(
            "reopen_intake",
            PRESS,
            "supervisor",
            "services_declined unable_to_contact unsafe_to_contact not_eligible referred_out duplicate_of "
            "invalid",
        ),
        Row("decline_services_intake", FORM, "supervisor advocate", "outreach engaged"),
        Row("give_up_intake", FORM, "supervisor", "outreach"),
        Row(
            "find_unsafe_intake",
            FORM,
            "desk supervisor advocate",
            "triaged assigned outreach",
        ),
        Row(
            "find_ineligible_intake",
            FORM,
            "desk supervisor advocate",
            "triaged assigned outreach engaged",
        ),
        Row("refer_out_intake", FORM, "desk supervisor advocate", OPEN_INTAKE),
        Row("find_invalid_intake", FORM, "desk supervisor", "new triaged assigned"),
        Row("name_insiders_intake", FORM, "desk supervisor advocate"),
        Row("mark_officer_intake", FORM, "desk supervisor advocate", "with_packet marked heads_see"),
        Row("lift_mark_intake", FORM, "supervisor", "marked heads_see"),
        Row("show_heads_intake", FORM, "supervisor", "marked heads_see"),
        Row("hide_heads_intake", PRESS, "supervisor", "marked heads_see"),
    ],
    "inquiry": [
        Row("view_inquiry", PAGE, "desk supervisor advocate"),
        Row("clocks_inquiry", PAGE, "desk supervisor advocate"),
        Row("acknowledge_inquiry", PRESS, "desk supervisor", "waiting"),
        Row("refuse_inquiry", FORM, "desk supervisor", "waiting"),
        Row("restore_inquiry", PRESS, "supervisor", "refused"),
        Row("answer_inquiry", FORM, "desk supervisor advocate", "acknowledged"),
        Row("put_by_inquiry", PRESS, "desk supervisor advocate", "acknowledged"),
        Row("end_inquiry", PRESS, "desk supervisor advocate", "acknowledged"),
        Row("reopen_inquiry", PRESS, "supervisor", "ended"),
    ],
    "senderword": [Row("read_senderword", PRESS, "desk advocate", "waits")],
    "shiftnote": [Row("take_shiftnote", PRESS, "desk", "left")],
    "intakeassignment": [
        Row("accept_intakeassignment", PRESS, "asked", "offered"),
        Row("decline_intakeassignment", FORM, "asked", "offered"),
    ],
    "handoff": [
        Row("view_handoff", PAGE, "advocate supervisor their_desk their_supervisor their_advocate"),
        Row("clocks_handoff", PAGE, "advocate supervisor their_desk their_supervisor their_advocate"),
        Row("edit_handoff", FORM, "advocate", "draft returned"),
        Row("submit_handoff", PRESS, "advocate", "draft returned"),
        Row("discard_handoff", PRESS, "advocate", "draft returned"),
        Row("return_handoff", FORM, "supervisor", "supervisor_review"),
        Row("offer_handoff", PRESS, "supervisor", "supervisor_review"),
        Row("acknowledge_handoff", PRESS, "their_desk their_supervisor", "offered"),
        Row(
            "open_snapshot_handoff",
            PAGE,
            "their_desk their_supervisor their_advocate",
            "offered acknowledged accepted connected",
        ),
        Row(
            "print_snapshot_handoff",
            PAGE,
            "their_desk their_supervisor their_advocate",
            "offered acknowledged accepted connected",
        ),
        Row("accept_handoff", FORM, "their_desk their_supervisor", "acknowledged"),
        Row("decline_handoff", FORM, "their_desk their_supervisor", "offered acknowledged"),
        Row("recall_handoff", FORM, "advocate supervisor", "offered acknowledged accepted"),
        Row("propose_call_handoff", FORM, "advocate their_advocate", "accepted"),
        Row(
            "agree_call_handoff",
            PRESS,
            "their_advocate",
            "call_proposed",  # by the sender's advocate
            refused="accepted older_plan taken_back connected completed",
        ),
        Row("answer_recall_handoff", FORM, "their_supervisor their_advocate", "taken_back"),
        Row("tell_plan_handoff", PRESS, "advocate supervisor", "older_plan"),
        Row("confirm_handoff", PRESS, "advocate their_advocate", "accepted"),
        Row("complete_handoff", PRESS, "their_advocate", "connected"),
        Row("put_away_handoff", PRESS, "advocate supervisor", "declined"),
        Row("redraft_handoff", PRESS, "advocate supervisor", "declined"),
        Row(
            "pass_on_handoff",
            FORM,
            "supervisor their_supervisor",
            "draft supervisor_review returned offered acknowledged accepted declined recalled connected",
        ),
    ],
}
