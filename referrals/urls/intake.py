"""Addresses of the desk and of intakes; those of packets on the sender's side are in `referral`."""

from django.urls import path

from referrals.views import (
    call_in,
    inbox,
    intake,
    intake_desk,
    intake_person,
    receipt,
    running,
    sender_word,
    shift_note,
)

ENDS = ("decline_services", "give_up", "find_unsafe", "find_ineligible", "refer_out", "find_invalid")

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/notes/leave/", shift_note.leave_shiftnote, name="leave_shiftnote"),
    path("inbox/notes/<uuid:pk>/take/", shift_note.take_shiftnote, name="take_shiftnote"),
    path("words/<uuid:pk>/read/", sender_word.read_senderword, name="read_senderword"),
    path("referrals/<reference>/acknowledge/", inbox.acknowledge, name="acknowledge_referral"),
    path("referrals/<reference>/call-in/", call_in.call_in, name="call_in_referral"),
    path("referrals/<reference>/ask/", inbox.ask, name="ask_referral"),
    path("referrals/<reference>/reroute/", inbox.reroute, name="reroute_referral"),
    path("referrals/<reference>/fail/", inbox.fail, name="fail_referral"),
    path("intakes/", intake.intakes, name="intakes"),
    path("intakes/new/", intake.new, name="new_intake"),
    path("intakes/<slug:number>/", intake.view, name="view_intake"),
    path("intakes/<slug:number>/clocks/", running.clocks_intake, name="clocks_intake"),
    path("intakes/<slug:number>/receipt/", receipt.receipt_intake, name="receipt_intake"),
    path("intakes/<slug:number>/receipt/print/", receipt.print_receipt_intake, name="print_receipt_intake"),
    path("intakes/<slug:number>/triage/", intake_desk.triage, name="triage_intake"),
    path("intakes/<slug:number>/check-conflict/", intake_desk.check_conflict, name="check_conflict_intake"),
    path("intakes/<slug:number>/assign/", intake_desk.assign, name="assign_intake"),
    path("intakes/<slug:number>/hand-back/", intake_desk.hand_back, name="hand_back_intake"),
    path("intakes/<slug:number>/find-duplicate/", intake_desk.find_duplicate, name="find_duplicate_intake"),
    path("intakes/<slug:number>/link-case/", intake_desk.link_case, name="link_case_intake"),
    path("intakes/<slug:number>/reports/", intake.begin_report, name="begin_report_intake"),
    path("intakes/<slug:number>/otip-requests/", intake.begin_otip, name="begin_otip_intake"),
    path("intakes/<slug:number>/plan/", intake_person.plan, name="plan_intake"),
    path("intakes/<slug:number>/plan/confirm/", intake_person.confirm_plan, name="confirm_plan_intake"),
    path("intakes/<slug:number>/reach-out/", intake_person.reach_out, name="reach_out_intake"),
    path("intakes/<slug:number>/engage/", intake_person.engage, name="engage_intake"),
    path("intakes/<slug:number>/take-up/", intake_person.take_up, name="take_up_intake"),
    path("intakes/<slug:number>/open-case/", intake_person.open_case, name="open_case_intake"),
    path("intakes/<slug:number>/reopen/", intake_person.reopen, name="reopen_intake"),
    *(
        path(
            f"intakes/<slug:number>/{verb.replace('_', '-')}/",
            intake_person.end,
            {"verb": verb},
            name=f"{verb}_intake",
        )
        for verb in ENDS
    ),
    path("offers/<uuid:pk>/accept/", intake_desk.accept, name="accept_intakeassignment"),
    path("offers/<uuid:pk>/decline/", intake_desk.decline, name="decline_intakeassignment"),
]
