"""The organization's own: members, invitations, shifts, units."""

from .rows import FORM, PAGE, PRESS, Row

HOUSE = {
    "member": [
        Row("change_member", FORM, "administrator", "active keyless"),
        Row("keep_member", PRESS, "administrator", "active keyless"),
        Row("approve_change", PRESS, "administrator"),
        Row("withdraw_change", PRESS, "administrator"),
        Row("set_last_day", FORM, "administrator", "active keyless"),
        Row("take_back_last_day", PRESS, "administrator", "active keyless"),
        Row("deactivate_member", FORM, "administrator"),
        Row("shut_out_member", FORM, "administrator", "active keyless"),
        Row("reactivate_member", FORM, "administrator"),
        Row("approve_reactivation", PRESS, "administrator"),
        Row("withdraw_reactivation", PRESS, "administrator"),
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
    "dutychange": [Row("remove_dutychange", PRESS, "administrator supervisor")],
    "campaign": [
        Row("view_campaign", PAGE, "administrator"),
        Row("print_campaign", PAGE, "administrator", "running"),
        Row("save_square_campaign", PAGE, "administrator", "running"),
        Row("end_campaign", FORM, "administrator", "running"),
    ],
    "unit": [
        Row("rename_unit", FORM, "administrator"),
        Row("deactivate_unit", PRESS, "administrator"),
    ],
}
