"""Who stands for whom in the table: two services, an agency, the prosecution, the council, an operator.

They are an example's people and nobody's accounts. `stx` is the service that a record belongs to, `stt`
another one, `vipd` the agency that refers; behind the dot stands the role, or what tells two of a role
apart (`partner` is another officer, `colleague` another advocate). The tests have members of these names.
"""

MEMBERS = """
    vipd.officer vipd.partner vipd.unit_supervisor vipd.administrator
    prosecution.system_advocate prosecution.administrator
    stx.intake_worker stx.advocate stx.colleague stx.supervisor stx.second_supervisor stx.administrator
    stt.intake_worker stt.advocate stt.colleague stt.supervisor stt.second_supervisor stt.administrator
    council.oversight operator.operator
""".split()

REFERRERS = "vipd.officer vipd.partner vipd.unit_supervisor prosecution.system_advocate"
REFERRING = f"{REFERRERS} vipd.administrator prosecution.administrator"
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
WORKING = f"{STAFF} {ADMINISTRATORS} {REFERRERS}"
ANSWERABLE = f"{SUPERVISORS} {ADMINISTRATORS} vipd.unit_supervisor"
