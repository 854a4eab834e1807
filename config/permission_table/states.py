"""The states of each kind of record, and which roles of its cast may see it there.

Beside the states of the models stand some that mean a state with something more: a wall, another advocate.
"""

NOTHING = ""
SEES = {
    "referral": {
        "draft": "officer",
        "discarded": NOTHING,
        **dict.fromkeys(
            "delivered acknowledged information_requested recalled undeliverable entered_in_error "
            "closed_to_referrer rerouted walled group".split(),
            "officer head desk",
        ),
    },
    "intake": {
        **dict.fromkeys("new with_packet marked heads_see".split(), "desk supervisor"),
        "triaged": "desk supervisor",
        "asked": "desk supervisor asked",
        **dict.fromkeys(
            "assigned outreach engaged case_opened linked_to_case services_declined unable_to_contact "
            "unsafe_to_contact not_eligible referred_out duplicate_of invalid walled handed_on given".split(),
            "desk supervisor advocate",
        ),
    },
    "intakeassignment": dict.fromkeys("offered accepted declined superseded".split(), "asked desk"),
    "inquiry": {
        **dict.fromkeys("waiting refused".split(), "desk supervisor"),
        **dict.fromkeys("acknowledged ended walled".split(), "desk supervisor advocate"),
    },
    "senderword": dict.fromkeys("waits read walled of_case".split(), "desk advocate"),
    "shiftnote": dict.fromkeys("left taken walled".split(), "desk"),
    "case": dict.fromkeys(
        "open active on_hold closure_requested closed walled reassigned".split(), "advocate supervisor"
    ),
    "caseloadmove": dict.fromkeys("moved undone".split(), "supervisor"),
    "absence": {
        **dict.fromkeys("proposed refused withdrawn ended".split(), "away cover supervisor"),
        "standing": "away cover supervisor staff",
    },
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
    "courtdate": dict.fromkeys("set done called_off".split(), "advocate supervisor"),
    "goal": dict.fromkeys("set reached partly let_go".split(), "advocate supervisor"),
    "coachingnote": dict.fromkeys("kept walled about_supervisor".split(), "supervisor"),
    "release": {
        **dict.fromkeys("draft discussed refused discarded".split(), "advocate supervisor"),
        **dict.fromkeys("active revoked superseded".split(), "advocate supervisor staff"),
    },
    "mandatedreport": dict.fromkeys(
        "open oral_made written_sent not_required walled reassigned at_intake".split(), "advocate supervisor"
    ),
    "otiprequest": dict.fromkeys("open sent answered not_required at_intake".split(), "advocate supervisor"),
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
            "accepted call_proposed older_plan taken_back connected completed".split(),
            "advocate supervisor their_desk their_supervisor their_advocate",
        ),
    },
    "member": {"active": "administrator", "keyless": "administrator", "closed": "administrator"},
    "purge": dict.fromkeys("listed proposed carried_out withdrawn".split(), "proposer other"),
    "invitation": {"open": "administrator", "revoked": NOTHING},
    "shift": {"standing": "administrator"},
    "dutychange": {"standing": "administrator supervisor"},
    "campaign": dict.fromkeys(("running", "ended"), "administrator"),
    "unit": {"empty": "administrator"},
}
# Where a record's state has a name of its own here, and the record is in another.
REALLY = {
    "rerouted": "delivered",
    ("intake", "asked"): "triaged",
    ("referral", "walled"): "acknowledged",
    ("referral", "group"): "acknowledged",
    ("intake", "walled"): "assigned",
    ("intake", "handed_on"): "case_opened",
    ("intake", "given"): "assigned",
    **{("intake", state): "new" for state in ("with_packet", "marked", "heads_see")},
    ("case", "walled"): "open",
    ("inquiry", "walled"): "acknowledged",
    ("shiftnote", "walled"): "left",
    ("senderword", "walled"): "waits",
    ("senderword", "of_case"): "waits",
    ("case", "reassigned"): "open",
    ("followup", "reassigned"): "scheduled",
    ("mandatedreport", "walled"): "open",
    ("mandatedreport", "reassigned"): "open",
    ("mandatedreport", "at_intake"): "open",
    ("otiprequest", "at_intake"): "open",
    ("certification", "reassigned"): "planned",
    ("breakglass", "walled"): "open",
    ("handoff", "call_proposed"): "accepted",
    ("handoff", "older_plan"): "accepted",
    ("handoff", "taken_back"): "recalled",
    ("demand", "walled"): "received",
    ("coachingnote", "walled"): "kept",
    ("coachingnote", "about_supervisor"): "kept",
}
