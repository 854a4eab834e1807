"""Addresses of the desks: an advocate's day, a supervisor's board."""

from django.urls import path

from referrals.views import absence, board, calendar_feed, caseload_move, leavers, sending_units, today, week

urlpatterns = [
    path("calendar/<str:key>.ics", calendar_feed.feed_calendar, name="feed_calendar"),
    path("today/", today.today, name="today"),
    path("today/take-up/", today.take_up_all, name="take_up_all"),
    path("board/", board.board, name="board"),
    path("board/week/", week.week, name="week"),
    path("away/", absence.absences, name="absences"),
    path("away/new/", absence.begin, name="begin_absence"),
    path("away/<uuid:absence>/", absence.view, name="view_absence"),
    path("away/<uuid:absence>/direct/", absence.direct, name="direct_absence"),
    path("away/<uuid:absence>/refuse/", absence.refuse, name="refuse_absence"),
    path("away/<uuid:absence>/withdraw/", absence.withdraw, name="withdraw_absence"),
    path("away/<uuid:absence>/change/", absence.change, name="change_absence"),
    path("away/<uuid:absence>/confirm/", absence.confirm, name="confirm_absence"),
    path("away/<uuid:absence>/end/", absence.end, name="end_absence"),
    path("board/leavers/", leavers.leavers, name="leavers"),
    path("board/units/", sending_units.sending_units, name="sending_units"),
    path("board/move-caseload/", caseload_move.move_caseload, name="move_caseload"),
    path("board/moved/<uuid:pk>/", caseload_move.view_caseloadmove, name="view_caseloadmove"),
    path("board/moved/<uuid:pk>/undo/", caseload_move.undo_caseloadmove, name="undo_caseloadmove"),
]
