"""What the law asks, and what is kept for bad days."""

from .rows import FORM, PAGE, PRESS, Row

DUTIES = {
    "mandatedreport": [
        Row("view_mandatedreport", PAGE, "advocate supervisor"),
        Row("record_oral_mandatedreport", FORM, "advocate supervisor", "open"),
        Row("write_mandatedreport", FORM, "advocate supervisor", "open oral_made"),
        Row("send_written_mandatedreport", FORM, "advocate supervisor", "oral_made"),
        Row("tell_person_mandatedreport", FORM, "advocate supervisor", "open oral_made written_sent"),
        Row("excuse_mandatedreport", FORM, "supervisor", "open"),  # the advocate makes it, never excuses it
        Row("reopen_mandatedreport", PRESS, "supervisor", "not_required"),
        Row("print_mandatedreport", PAGE, "advocate supervisor"),
    ],
    "otiprequest": [
        Row("view_otiprequest", PAGE, "advocate supervisor"),
        Row("write_otiprequest", FORM, "advocate supervisor", "open"),
        Row("send_otiprequest", FORM, "advocate supervisor", "open"),
        Row("ask_again_otiprequest", PRESS, "advocate supervisor", "sent"),
        Row("answer_otiprequest", FORM, "advocate supervisor", "sent answered"),
        Row("excuse_otiprequest", FORM, "supervisor", "open"),
        Row("reopen_otiprequest", PRESS, "supervisor", "not_required"),
        Row("print_otiprequest", PAGE, "advocate supervisor"),
    ],
    "certification": [
        Row("view_certification", PAGE, "advocate supervisor"),
        Row("ask_certification", FORM, "advocate supervisor", "planned denied"),
        Row("ask_again_certification", FORM, "advocate supervisor", "asked"),
        Row("sign_certification", FORM, "advocate supervisor", "asked"),
        Row("deny_certification", FORM, "advocate supervisor", "asked"),
        Row("withdraw_certification", PRESS, "advocate supervisor", "planned asked"),
    ],
    "deadline": [
        Row("view_deadline", PAGE, "advocate supervisor"),
        Row("meet_deadline", FORM, "advocate supervisor", "running"),
        Row("excuse_deadline", FORM, "supervisor", "running"),
        Row("reopen_deadline", PRESS, "advocate supervisor", "met not_required"),
    ],
    "demand": [
        Row("view_demand", PAGE, "advocate supervisor"),
        Row("print_demand", PAGE, "advocate supervisor"),
        Row("notify_demand", FORM, "supervisor", "received quash_moved"),
        Row("name_counsel_demand", FORM, "supervisor", "received about_nobody narrowed quash_moved"),
        Row("narrow_demand", FORM, "supervisor", "received"),
        Row("comply_demand", FORM, "supervisor", "narrowed"),
        Row("object_demand", FORM, "supervisor", "received about_nobody narrowed"),
        Row("move_to_quash_demand", PRESS, "supervisor", "received about_nobody narrowed"),
        Row("win_quash_demand", FORM, "supervisor", "quash_moved"),
        Row("lose_quash_demand", FORM, "supervisor", "quash_moved"),
        Row("withdraw_demand", FORM, "supervisor", "received about_nobody narrowed quash_moved"),
    ],
    "breach": [
        Row("view_breach", PAGE, "answerable asked"),
        Row("gather_breach", FORM, "answerable asked", "open done"),
        Row("tell_breach", FORM, "answerable asked", "open done"),
        Row("contain_breach", FORM, "answerable asked", "open done"),
        Row("evidence_breach", PAGE, "answerable asked"),
        Row("export_breach", PAGE, "answerable asked"),
        Row("request_closure_breach", PRESS, "answerable asked", "done"),
        Row("refuse_closure_breach", PRESS, "answerable asked", "closure_requested"),
        Row("close_breach", FORM, "answerable asked", "closure_requested"),
        Row("reopen_breach", PRESS, "answerable asked", "closed"),
    ],
    "breakglass": [
        Row("view_breakglass", PAGE, "opener advocate supervisor"),
        Row("end_breakglass", FORM, "opener supervisor", "open"),
        Row("review_breakglass", FORM, "supervisor", "open ended"),
    ],
    "purge": [
        Row("view_purge", PAGE, "proposer other"),
        Row("open_names_purge", PAGE, "proposer other", "listed proposed"),
        Row("keep_purge", PRESS, "proposer other", "listed proposed"),
        Row("propose_purge", PRESS, "proposer other", "listed"),
        Row("approve_purge", FORM, "other", "proposed"),
        Row("withdraw_purge", PRESS, "proposer other", "listed proposed"),
        Row("certify_purge", PAGE, "proposer other", "carried_out"),
    ],
}
