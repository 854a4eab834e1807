"""Addresses of cases, what is written in them, and what is promised."""

from django.urls import path

from cases.views import assignment, case, caseload, contact, find, followup, merge, note, receipt, wall

urlpatterns = [
    path("caseload/", caseload.caseload, name="caseload"),
    path("find/", find.find, name="find"),
    path("cases/<str:number>/", case.view_case, name="view_case"),
    path("cases/<str:number>/receipt/", receipt.receipt_case, name="receipt_case"),
    path("cases/<str:number>/receipt/print/", receipt.print_receipt_case, name="print_receipt_case"),
    path("cases/<str:number>/log/", contact.log, name="log_case"),
    path("cases/<str:number>/plan/", contact.make_plan, name="make_plan"),
    path("cases/<str:number>/plan/confirm/", contact.confirm_plan, name="confirm_plan"),
    path("cases/<str:number>/notes/", note.write_note, name="write_note"),
    path("cases/<str:number>/notes/<uuid:note>/", note.correct_note, name="correct_note"),
    path("cases/<str:number>/services/", note.give_service, name="give_service"),
    path("cases/<str:number>/followups/", followup.promise, name="promise_followup"),
    path("cases/<str:number>/hold/", case.hold, name="hold_case"),
    path("cases/<str:number>/resume/", case.resume, name="resume_case"),
    path("cases/<str:number>/request-closure/", case.request_closure, name="request_closure_case"),
    path("cases/<str:number>/refuse-closure/", case.refuse_closure, name="refuse_closure_case"),
    path("cases/<str:number>/close/", case.close, name="close_case"),
    path("cases/<str:number>/reopen/", case.reopen, name="reopen_case"),
    path("cases/<str:number>/assign/", assignment.assign, name="assign_case"),
    path("cases/<str:number>/restrict/", wall.restrict, name="restrict_case"),
    path("cases/<str:number>/insiders/", wall.name_insiders, name="name_insiders"),
    path("cases/<str:number>/restrict/<uuid:wall>/lift/", wall.lift_wall, name="lift_wall"),
    path("cases/<str:number>/merge/", merge.merge, name="merge_case"),
    path("cases/<str:number>/merge/<uuid:merge>/undo/", merge.undo_merge, name="undo_merge"),
    path("assignments/<uuid:assignment>/", assignment.view_assignment, name="view_caseassignment"),
    path("assignments/<uuid:assignment>/accept/", assignment.accept, name="accept_caseassignment"),
    path("assignments/<uuid:assignment>/decline/", assignment.decline, name="decline_caseassignment"),
    path("assignments/<uuid:assignment>/supersede/", assignment.supersede, name="supersede_caseassignment"),
    path("followups/<uuid:followup>/complete/", followup.complete, name="complete_followup"),
    path("followups/<uuid:followup>/reschedule/", followup.reschedule, name="reschedule_followup"),
    path("followups/<uuid:followup>/cancel/", followup.cancel, name="cancel_followup"),
    path("followups/<uuid:followup>/reopen/", followup.reopen, name="reopen_followup"),
]
