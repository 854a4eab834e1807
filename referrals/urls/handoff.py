"""Addresses of handoffs."""

from django.urls import path

from referrals.views import handoff, handoff_moves, outcome, review, running, snapshot

urlpatterns = [
    path("releases/<uuid:release>/outcome/", outcome.tell_outcome, name="tell_outcome_release"),
    path("handoffs/", handoff.handoffs, name="handoffs"),
    path("review/", review.review, name="review"),
    path("cases/<slug:number>/hand-off/", handoff.hand_off_case, name="hand_off_case"),
    path("handoffs/<slug:reference>/", handoff.view_handoff, name="view_handoff"),
    path("handoffs/<slug:reference>/clocks/", running.clocks_handoff, name="clocks_handoff"),
    path("handoffs/<slug:reference>/edit/", handoff.edit_handoff, name="edit_handoff"),
    path("handoffs/<slug:reference>/submit/", handoff_moves.submit, name="submit_handoff"),
    path("handoffs/<slug:reference>/discard/", handoff_moves.discard, name="discard_handoff"),
    path("handoffs/<slug:reference>/return/", review.return_, name="return_handoff"),
    path("handoffs/<slug:reference>/offer/", review.offer, name="offer_handoff"),
    path("handoffs/<slug:reference>/acknowledge/", handoff_moves.acknowledge, name="acknowledge_handoff"),
    path("handoffs/<slug:reference>/snapshot/", snapshot.open_snapshot, name="open_snapshot_handoff"),
    path("handoffs/<slug:reference>/snapshot/print/", snapshot.print_snapshot, name="print_snapshot_handoff"),
    path("handoffs/<slug:reference>/accept/", handoff_moves.accept, name="accept_handoff"),
    path("handoffs/<slug:reference>/decline/", handoff_moves.decline, name="decline_handoff"),
    path("handoffs/<slug:reference>/recall/", handoff_moves.recall, name="recall_handoff"),
    path("handoffs/<slug:reference>/propose-call/", handoff_moves.propose_call, name="propose_call_handoff"),
    path("handoffs/<slug:reference>/agree-call/", handoff_moves.agree_call, name="agree_call_handoff"),
    path("handoffs/<slug:reference>/confirm/", handoff_moves.confirm, name="confirm_handoff"),
    path(
        "handoffs/<slug:reference>/answer-recall/", handoff_moves.answer_recall, name="answer_recall_handoff"
    ),
    path("handoffs/<slug:reference>/tell-plan/", handoff_moves.tell_plan, name="tell_plan_handoff"),
    path("handoffs/<slug:reference>/complete/", handoff_moves.complete, name="complete_handoff"),
    path("handoffs/<slug:reference>/put-away/", handoff_moves.put_away, name="put_away_handoff"),
    path("handoffs/<slug:reference>/redraft/", handoff_moves.redraft, name="redraft_handoff"),
    path("handoffs/<slug:reference>/pass-on/", handoff_moves.pass_on, name="pass_on_handoff"),
]
