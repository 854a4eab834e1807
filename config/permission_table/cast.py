"""Who plays which role for a record of a kind, by the names of `members`."""

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
    "inquiry": {
        "desk": "stx.intake_worker",
        "supervisor": "stx.supervisor stx.second_supervisor",
        "advocate": "stx.advocate",  # who has the intake
    },
    "senderword": {
        "desk": "stx.intake_worker stx.supervisor stx.second_supervisor",
        "advocate": "stx.advocate",
    },
    "shiftnote": {"desk": "stx.intake_worker stx.supervisor stx.second_supervisor"},
    "case": {"advocate": "stx.advocate", "supervisor": "stx.supervisor stx.second_supervisor"},
    "caseloadmove": {"supervisor": "stx.supervisor stx.second_supervisor"},
    "absence": {
        "away": "stx.advocate",
        "cover": "stx.colleague",
        "supervisor": "stx.supervisor stx.second_supervisor",
        "staff": "stx.intake_worker",
    },
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
    "coachingnote": {"supervisor": "stx.supervisor stx.second_supervisor"},
    "release": {
        "advocate": "stx.advocate",
        "supervisor": "stx.supervisor stx.second_supervisor",
        "staff": "stx.intake_worker stx.colleague",
    },
    **dict.fromkeys(
        ("mandatedreport", "otiprequest", "certification", "deadline", "courtdate", "goal"),
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
    "dutychange": {
        "administrator": "stx.administrator",
        "supervisor": "stx.supervisor stx.second_supervisor",
    },
    "campaign": {"administrator": "stx.administrator"},
    "unit": {"administrator": "stx.administrator"},
}
# The same roles played by others, where a state means just that.
CAST_IN = {
    ("referral", "rerouted"): {"desk": "stt.intake_worker stt.supervisor stt.second_supervisor"},
    ("referral", "walled"): {"desk": "stx.intake_worker stx.supervisor"},
    ("intake", "walled"): {"supervisor": "stx.supervisor"},
    ("inquiry", "walled"): {"supervisor": "stx.supervisor"},
    ("senderword", "walled"): {"desk": "stx.intake_worker stx.supervisor"},
    ("senderword", "of_case"): {"advocate": "stx.colleague"},
    ("shiftnote", "walled"): {"desk": "stx.intake_worker stx.supervisor"},
    ("case", "walled"): {"supervisor": "stx.supervisor"},
    ("mandatedreport", "walled"): {"supervisor": "stx.supervisor"},
    ("mandatedreport", "reassigned"): {"advocate": "stx.colleague"},
    ("mandatedreport", "at_intake"): {"advocate": "stx.intake_worker"},  # the desk's
    ("otiprequest", "at_intake"): {"advocate": "stx.intake_worker"},
    ("certification", "reassigned"): {"advocate": "stx.colleague"},
    ("intake", "handed_on"): {"advocate": "stx.colleague"},  # the case that it became has gone on
    ("intake", "given"): {"advocate": "stx.colleague"},  # it came with a caseload that was moved
    ("case", "reassigned"): {"advocate": "stx.colleague"},
    ("followup", "reassigned"): {"advocate": "stx.colleague"},
    # before anybody has proposed, either may be the one to approve
    **dict.fromkeys(
        [("purge", "listed"), ("purge", "withdrawn")],
        {"other": "stx.supervisor stx.second_supervisor"},
    ),
    ("demand", "walled"): {"supervisor": "stx.supervisor"},
    ("coachingnote", "walled"): {"supervisor": "stx.supervisor"},
    ("coachingnote", "about_supervisor"): {"supervisor": "stx.supervisor"},
    ("demand", "about_nobody"): {"advocate": ""},
    ("breakglass", "walled"): {"supervisor": "stx.supervisor"},
}
