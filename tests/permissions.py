"""Who may do what, as a table that people read: written by hand from the domain's rules, not from the code.

A row says: the URL's name, how it is asked for, who gets through, and in which states of the record. Whoever
may see the record and is not named gets 403; whoever is named and comes in another state gets 409; everybody
else gets the 404 of what does not exist. Nobody signed in is sent to the sign-in page, except where `OPEN`.
`tests/test_permissions.py` makes every request that follows from it. A new URL needs a row here.

How it is asked for: PAGE is read with GET; PRESS is one button, POST alone; FORM is shown with GET and done
with POST.
"""

from typing import NamedTuple

PAGE, PRESS, FORM = "page", "press", "form"
ANY = ""  # every state of the record


class Row(NamedTuple):
    name: str
    how: str
    who: str  # roles of the cast of its noun, by name
    states: str = ANY  # from which the move starts
    refused: str = ""  # states in which those named may look and not do: 403, and not "too late"


class Place(NamedTuple):
    """A page that is no record: `who` gets in, the others get `others`."""

    name: str
    how: str
    who: str
    others: int = 404
    key: str = ""  # the key in its URL, where it has one


# Everybody of the world, by the name of their organization and their own.
MEMBERS = """
    vipd.officer vipd.partner vipd.unit_supervisor vipd.administrator
    prosecution.system_advocate prosecution.administrator
    stx.intake_worker stx.advocate stx.colleague stx.supervisor stx.second_supervisor stx.administrator
    stt.intake_worker stt.advocate stt.colleague stt.supervisor stt.second_supervisor stt.administrator
    council.oversight operator.operator
""".split()

REFERRERS = "vipd.officer vipd.partner vipd.unit_supervisor prosecution.system_advocate"
DESKS = (
    "stx.intake_worker stx.supervisor stx.second_supervisor stt.intake_worker stt.supervisor "
    "stt.second_supervisor"
)
SUPERVISORS = "stx.supervisor stx.second_supervisor stt.supervisor stt.second_supervisor"
ADVOCATES = "stx.advocate stx.colleague stt.advocate stt.colleague"
STAFF = f"{DESKS} {ADVOCATES}"
HELPING_ADMINISTRATORS = "stx.administrator stt.administrator"
ADMINISTRATORS = f"vipd.administrator prosecution.administrator {HELPING_ADMINISTRATORS}"
EVERYBODY = " ".join(MEMBERS)
ANSWERABLE = f"{SUPERVISORS} {ADMINISTRATORS} vipd.unit_supervisor"

PLACES = [
    Place("home", PAGE, EVERYBODY),
    # referrers
    Place("my_referrals", PAGE, REFERRERS, 403),
    Place("begin_referral", PRESS, REFERRERS, 403),
    # victim services
    Place("inbox", PAGE, DESKS),
    Place("intakes", PAGE, STAFF),
    Place("new_intake", FORM, STAFF),
    Place("caseload", PAGE, STAFF),
    Place("find", PAGE, STAFF),
    Place("break_glass", FORM, STAFF),
    Place("glass_uses", PAGE, STAFF),
    Place("demands", PAGE, SUPERVISORS),
    Place("receive_demand", FORM, SUPERVISORS),
    Place("handoffs", PAGE, STAFF),
    Place("review", PAGE, SUPERVISORS),
    Place("today", PAGE, f"{ADVOCATES} {SUPERVISORS}"),
    Place("board", PAGE, SUPERVISORS),
    Place("move_caseload", FORM, SUPERVISORS),
    Place("duties", PAGE, SUPERVISORS),
    Place("purges", PAGE, f"{SUPERVISORS} vipd.unit_supervisor"),
    Place("list_purge", PRESS, f"{SUPERVISORS} vipd.unit_supervisor"),
    Place("yearly_counts", PAGE, f"{SUPERVISORS} {HELPING_ADMINISTRATORS}"),
    # administrators
    Place("members", PAGE, ADMINISTRATORS),
    Place("review_accounts", FORM, ADMINISTRATORS),
    Place("invite_member", FORM, ADMINISTRATORS),
    Place("duty_desk", PAGE, f"{DESKS} {HELPING_ADMINISTRATORS}"),
    Place("add_shift", PRESS, HELPING_ADMINISTRATORS),
    Place("organization_settings", PAGE, ADMINISTRATORS),
    Place("change_directory", FORM, ADMINISTRATORS),
    Place("change_hours", FORM, ADMINISTRATORS),
    Place("change_limits", FORM, ADMINISTRATORS),
    Place("change_retention", FORM, ADMINISTRATORS),
    Place("change_clock", FORM, HELPING_ADMINISTRATORS, key="accept_handoff"),
    Place("reset_clock", PRESS, HELPING_ADMINISTRATORS, key="accept_handoff"),
    Place("add_unit", FORM, ADMINISTRATORS),
    Place("keys", PAGE, ADMINISTRATORS),
    Place("make_recovery_kit", FORM, ADMINISTRATORS),
    Place("rotate_keys", FORM, ADMINISTRATORS),
    Place("go_on_resealing", PRESS, ADMINISTRATORS),
    Place("audit", PAGE, ADMINISTRATORS),
    Place("access_report", PAGE, ADMINISTRATORS),
    Place("review_audit", FORM, ADMINISTRATORS),
    Place("keep_audit", PAGE, ADMINISTRATORS),
    Place("export_audit", PRESS, ADMINISTRATORS),
    Place("purge_audit", FORM, ADMINISTRATORS),
    # those who see no row
    Place("totals", PAGE, "council.oversight"),
    # those who answer for a house
    Place("breaches", PAGE, ANSWERABLE),
    Place("start_breach", FORM, ANSWERABLE),
    Place("operator", PAGE, "operator.operator"),
    # one's own account; nobody in the world has recovery codes, an app or a key
    Place("rules_of_behavior", FORM, EVERYBODY),
    Place("sessions", PAGE, EVERYBODY),
    Place("end_session", PRESS, "", key="0198c5b2-0000-7000-8000-000000000000"),
    Place("end_other_sessions", PRESS, EVERYBODY),
    Place("lock", PRESS, EVERYBODY),
    Place("unlock", PRESS, EVERYBODY),
    Place("stay", PRESS, EVERYBODY),
    Place("resume", PAGE, EVERYBODY),
    Place("mfa_reauthenticate", FORM, EVERYBODY),
    Place("mfa_reauthenticate_webauthn", FORM, EVERYBODY),
    Place("account_reauthenticate", FORM, EVERYBODY),
    Place("account", PAGE, EVERYBODY),
    Place("mfa_index", PAGE, EVERYBODY),
    Place("mfa_list_webauthn", PAGE, EVERYBODY),
    Place("account_change_password", FORM, EVERYBODY),
    Place("recover_keys", FORM, ADMINISTRATORS, 403),  # those who hold keys are led home
    Place("enroll", PAGE, EVERYBODY),
    Place("mfa_activate_totp", FORM, EVERYBODY),
    Place("mfa_deactivate_totp", FORM, "", key="x"),
    Place("mfa_add_webauthn", FORM, EVERYBODY),
    Place("mfa_edit_webauthn", FORM, "", key="7"),
    Place("mfa_remove_webauthn", FORM, "", key="7"),
    Place("mfa_view_recovery_codes", PAGE, ""),
    Place("mfa_generate_recovery_codes", FORM, EVERYBODY),
    # the way in
    Place("notice", FORM, EVERYBODY),
    Place("account_login", FORM, EVERYBODY),
    Place("mfa_authenticate", FORM, EVERYBODY),
    Place("account_logout", FORM, EVERYBODY),
    Place("accept_invitation", FORM, "", key="a-key-that-nobody-has"),
]
OPEN = {"notice", "account_login", "mfa_authenticate", "account_logout", "accept_invitation"}

# Records. The cast says who plays which role for the record that is built; `SEES` who may see it, by state.

CAST = {
    "referral": {
        "officer": "vipd.officer",  # who filed it; the partner did not
        "head": "vipd.unit_supervisor",
        "desk": "stx.intake_worker stx.supervisor stx.second_supervisor",
    },
    "intake": {
        "desk": "stx.intake_worker",
        "supervisor": "stx.supervisor stx.second_supervisor",
        "advocate": "stx.advocate",  # who has it
        "asked": "stx.advocate",  # who has not answered yet
    },
    "intakeassignment": {
        "asked": "stx.advocate",
        "desk": "stx.intake_worker stx.supervisor stx.second_supervisor",
    },
    "case": {"advocate": "stx.advocate", "supervisor": "stx.supervisor stx.second_supervisor"},
    "caseassignment": {
        "asked": "stx.colleague",
        "advocate": "stx.advocate",  # who asks
        "supervisor": "stx.supervisor stx.second_supervisor",
    },
    "followup": {"advocate": "stx.advocate", "supervisor": "stx.supervisor stx.second_supervisor"},
    "demand": {
        "advocate": "stx.advocate",  # whose case it is about
        "supervisor": "stx.supervisor stx.second_supervisor",
    },
    "breach": {
        "answerable": "stx.second_supervisor stx.administrator",
        "asked": "stx.supervisor",  # who asked for the closure, and so does not close
    },
    "breakglass": {
        "opener": "stx.colleague",
        "advocate": "stx.advocate",  # whose case it is
        "supervisor": "stx.supervisor stx.second_supervisor",
    },
    "release": {
        "advocate": "stx.advocate",
        "supervisor": "stx.supervisor stx.second_supervisor",
        "staff": "stx.intake_worker stx.colleague",
    },
    **dict.fromkeys(
        ("mandatedreport", "otiprequest", "certification", "deadline"),
        {"advocate": "stx.advocate", "supervisor": "stx.supervisor stx.second_supervisor"},
    ),
    "handoff": {
        "advocate": "stx.advocate",
        "supervisor": "stx.supervisor stx.second_supervisor",
        "their_desk": "stt.intake_worker",
        "their_supervisor": "stt.supervisor stt.second_supervisor",
        "their_advocate": "stt.advocate",
    },
    "purge": {"proposer": "stx.supervisor", "other": "stx.second_supervisor"},
    "member": {"administrator": "stx.administrator"},
    "invitation": {"administrator": "stx.administrator"},
    "shift": {"administrator": "stx.administrator"},
    "unit": {"administrator": "stx.administrator"},
}
# The same roles played by others, where a state means just that.
CAST_IN = {
    ("referral", "rerouted"): {"desk": "stt.intake_worker stt.supervisor stt.second_supervisor"},
    ("referral", "walled"): {"desk": "stx.intake_worker stx.supervisor"},
    ("intake", "walled"): {"supervisor": "stx.supervisor"},
    ("case", "walled"): {"supervisor": "stx.supervisor"},
    ("mandatedreport", "walled"): {"supervisor": "stx.supervisor"},
    ("mandatedreport", "reassigned"): {"advocate": "stx.colleague"},
    ("certification", "reassigned"): {"advocate": "stx.colleague"},
    ("intake", "handed_on"): {"advocate": "stx.colleague"},  # the case that it became has gone on
    ("case", "reassigned"): {"advocate": "stx.colleague"},
    ("followup", "reassigned"): {"advocate": "stx.colleague"},
    # before anybody has proposed, either may be the one to approve
    **dict.fromkeys(
        [("purge", "listed"), ("purge", "withdrawn")],
        {"other": "stx.supervisor stx.second_supervisor"},
    ),
    ("demand", "walled"): {"supervisor": "stx.supervisor"},
    ("demand", "about_nobody"): {"advocate": ""},
    ("breakglass", "walled"): {"supervisor": "stx.supervisor"},
}

NOTHING = ""
SEES = {
    "referral": {
        "draft": "officer",
        "discarded": NOTHING,
        **dict.fromkeys(
            "delivered acknowledged information_requested recalled undeliverable entered_in_error "
            "closed_to_referrer rerouted walled".split(),
            "officer head desk",
        ),
    },
    "intake": {
        **dict.fromkeys("new with_packet marked heads_see".split(), "desk supervisor"),
        "triaged": "desk supervisor",
        "asked": "desk supervisor asked",
        **dict.fromkeys(
            "assigned outreach engaged case_opened linked_to_case services_declined unable_to_contact "
            "unsafe_to_contact not_eligible referred_out duplicate_of invalid walled handed_on".split(),
            "desk supervisor advocate",
        ),
    },
    "intakeassignment": dict.fromkeys("offered accepted declined superseded".split(), "asked desk"),
    "case": dict.fromkeys(
        "open active on_hold closure_requested closed walled reassigned".split(), "advocate supervisor"
    ),
    "demand": dict.fromkeys(
        "received about_nobody narrowed objected quash_moved quashed complied withdrawn walled".split(),
        "advocate supervisor",
    ),
    "breach": dict.fromkeys("open done closure_requested closed".split(), "answerable asked"),
    "breakglass": dict.fromkeys("open ended reviewed walled".split(), "opener advocate supervisor"),
    "caseassignment": dict.fromkeys(
        "offered accepted declined superseded".split(), "asked advocate supervisor"
    ),
    "followup": dict.fromkeys("scheduled done cancelled reassigned".split(), "advocate supervisor"),
    "release": {
        **dict.fromkeys("draft discussed refused discarded".split(), "advocate supervisor"),
        **dict.fromkeys("active revoked superseded".split(), "advocate supervisor staff"),
    },
    "mandatedreport": dict.fromkeys(
        "open oral_made written_sent not_required walled reassigned".split(), "advocate supervisor"
    ),
    "otiprequest": dict.fromkeys("open sent answered not_required".split(), "advocate supervisor"),
    "certification": dict.fromkeys(
        "planned asked signed denied withdrawn reassigned".split(), "advocate supervisor"
    ),
    "deadline": dict.fromkeys("running met not_required".split(), "advocate supervisor"),
    "handoff": {
        "discarded": NOTHING,
        **dict.fromkeys("draft supervisor_review returned".split(), "advocate supervisor"),
        **dict.fromkeys(
            "offered acknowledged declined recalled".split(),
            "advocate supervisor their_desk their_supervisor",
        ),
        **dict.fromkeys(
            "accepted connected completed".split(),
            "advocate supervisor their_desk their_supervisor their_advocate",
        ),
    },
    "member": {"active": "administrator", "keyless": "administrator", "closed": "administrator"},
    "purge": dict.fromkeys("listed proposed carried_out withdrawn".split(), "proposer other"),
    "invitation": {"open": "administrator", "revoked": NOTHING},
    "shift": {"standing": "administrator"},
    "unit": {"empty": "administrator"},
}
# Where a record's state has a name of its own here, and the record is in another.
REALLY = {
    "rerouted": "delivered",
    ("intake", "asked"): "triaged",
    ("referral", "walled"): "acknowledged",
    ("intake", "walled"): "assigned",
    ("intake", "handed_on"): "case_opened",
    **{("intake", state): "new" for state in ("with_packet", "marked", "heads_see")},
    ("case", "walled"): "open",
    ("case", "reassigned"): "open",
    ("followup", "reassigned"): "scheduled",
    ("mandatedreport", "walled"): "open",
    ("mandatedreport", "reassigned"): "open",
    ("certification", "reassigned"): "planned",
    ("breakglass", "walled"): "open",
    ("demand", "walled"): "received",
}

SENT = (
    "delivered acknowledged information_requested recalled undeliverable entered_in_error closed_to_referrer"
)
OPEN_INTAKE = "new triaged assigned outreach engaged"
OPEN_CASE = "open active on_hold closure_requested"

RECORDS = {
    "referral": [
        Row("view_referral", PAGE, "officer head desk"),
        Row("edit_referral", FORM, "officer head", "draft"),
        Row("send_referral", PRESS, "officer head", f"draft {SENT}"),  # again: the receipt of the first
        Row("receipt_referral", PAGE, "officer head desk"),  # the desk is led to its own page
        Row("discard_referral", FORM, "officer head", "draft"),
        Row("print_referral", PAGE, "officer head"),
        Row("answer_referral", FORM, "officer head", "information_requested", refused="draft"),
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
        Row("reroute_referral", FORM, "desk", "delivered acknowledged"),
        Row("fail_referral", FORM, "desk", "delivered"),
    ],
    "intake": [
        Row("view_intake", PAGE, "desk supervisor advocate asked"),
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
        Row("engage_intake", PRESS, "supervisor advocate", "assigned outreach"),
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
    "intakeassignment": [
        Row("accept_intakeassignment", PRESS, "asked", "offered"),
        Row("decline_intakeassignment", FORM, "asked", "offered"),
    ],
    "case": [
        Row("view_case", PAGE, "advocate supervisor"),
        Row("log_case", FORM, "advocate supervisor", OPEN_CASE),
        Row("make_plan", FORM, "advocate supervisor"),
        Row("confirm_plan", PRESS, "advocate supervisor"),
        Row("correct_person", FORM, "advocate supervisor"),
        Row("write_note", FORM, "advocate supervisor", OPEN_CASE),
        Row("correct_note", FORM, "advocate supervisor"),  # on a closed case too
        Row("give_service", FORM, "advocate supervisor", OPEN_CASE),
        Row("promise_followup", FORM, "advocate supervisor", OPEN_CASE),
        Row("hold_case", PRESS, "advocate supervisor", "active"),
        Row("resume_case", PRESS, "advocate supervisor", "on_hold"),
        Row("request_closure_case", FORM, "advocate supervisor", "open active on_hold"),
        Row("refuse_closure_case", PRESS, "supervisor", "closure_requested"),
        Row("close_case", FORM, "supervisor", "closure_requested"),
        Row("reopen_case", PRESS, "supervisor", "closed"),
        Row("assign_case", FORM, "advocate supervisor", OPEN_CASE),
        Row("restrict_case", FORM, "advocate supervisor"),
        Row("lift_wall", PRESS, "advocate supervisor"),
        Row("merge_case", FORM, "supervisor"),
        Row("undo_merge", PRESS, "supervisor"),
        Row("name_insiders", FORM, "advocate supervisor"),
        Row("draft_release", FORM, "advocate supervisor", OPEN_CASE),
        Row("disclosures", PAGE, "advocate supervisor"),
        Row("print_disclosures", PAGE, "advocate supervisor"),
        Row("hand_off_case", FORM, "advocate supervisor", OPEN_CASE),
        Row("begin_duty", PAGE, "advocate supervisor"),
        Row("begin_mandatedreport", FORM, "advocate supervisor"),  # a suspicion waits for no open case
        Row("begin_otiprequest", FORM, "advocate supervisor"),
        Row("begin_certification", FORM, "advocate supervisor", OPEN_CASE),
        Row("begin_deadline", FORM, "advocate supervisor", OPEN_CASE),
        Row("record_death_case", FORM, "advocate supervisor"),
        Row("take_back_death_case", PRESS, "supervisor"),
        Row("place_hold_case", FORM, "supervisor"),
        Row("lift_hold_case", FORM, "supervisor"),  # every case that is built here is held
    ],
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
    "release": [
        Row("view_release", PAGE, "advocate supervisor staff"),
        Row("edit_release", FORM, "advocate supervisor", "draft discussed"),
        Row("discuss_release", FORM, "advocate supervisor", "draft"),
        Row("sign_release", FORM, "advocate supervisor", "draft discussed"),  # draft: to the talk first
        Row("tell_outcome_release", FORM, "advocate supervisor"),  # the form refuses what is not released
        Row("print_release", PAGE, "advocate supervisor"),
        Row("open_paper_release", PAGE, "advocate supervisor"),
        Row("refuse_release", PRESS, "advocate supervisor", "draft discussed"),
        Row("discard_release", PRESS, "advocate supervisor", "draft discussed"),
        Row("revoke_release", FORM, "advocate supervisor staff", "active"),  # by anyone on staff (R20)
        Row("disclose_release", FORM, "advocate supervisor"),  # the form itself refuses what is not open
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
    "handoff": [
        Row("view_handoff", PAGE, "advocate supervisor their_desk their_supervisor their_advocate"),
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
    "purge": [
        Row("view_purge", PAGE, "proposer other"),
        Row("open_names_purge", PAGE, "proposer other", "listed proposed"),
        Row("keep_purge", PRESS, "proposer other", "listed proposed"),
        Row("propose_purge", PRESS, "proposer other", "listed"),
        Row("approve_purge", FORM, "other", "proposed"),
        Row("withdraw_purge", PRESS, "proposer other", "listed proposed"),
        Row("certify_purge", PAGE, "proposer other", "carried_out"),
    ],
    "member": [
        Row("change_member", FORM, "administrator"),
        Row("keep_member", PRESS, "administrator", "active keyless"),
        Row("approve_change", PRESS, "administrator"),
        Row("withdraw_change", PRESS, "administrator"),
        Row("deactivate_member", FORM, "administrator"),
        Row("reactivate_member", FORM, "administrator"),
        Row("unlock_member", PRESS, "administrator"),
        Row("end_member_sessions", PRESS, "administrator"),
        Row("readmit_member", FORM, "administrator", "active keyless"),
        Row("give_keys", FORM, "administrator", "keyless"),
    ],
    "invitation": [
        Row("approve_invitation", PRESS, "administrator"),
        Row("resend_invitation", PRESS, "administrator"),
        Row("revoke_invitation", PRESS, "administrator"),
    ],
    "shift": [Row("remove_shift", PRESS, "administrator")],
    "unit": [
        Row("rename_unit", FORM, "administrator"),
        Row("deactivate_unit", PRESS, "administrator"),
    ],
}


def members_in(noun, state, roles):
    """The members of the world who play these roles for a record of `noun` in `state`."""
    cast = {**CAST[noun], **CAST_IN.get((noun, state), {})}
    return {member for role in roles.split() for member in cast[role].split()}


def expected(noun, state, row, member):
    """What the table says: "through", 403, 404 or 409."""
    roles = SEES[noun][state]
    if member not in members_in(noun, state, roles):
        return 404
    doers = " ".join(role for role in row.who.split() if role in roles.split())
    if member not in members_in(noun, state, doers):
        return 403
    if state in row.refused.split():
        return 403
    known = {state, REALLY.get((noun, state)) or REALLY.get(state, state)}
    return "through" if row.states == ANY or known & set(row.states.split()) else 409
