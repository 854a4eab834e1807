"""Addresses of goals."""

from django.urls import path

from cases.views import goal

urlpatterns = [
    path("cases/<str:number>/goals/", goal.begin, name="begin_goal"),
    path("goals/<uuid:goal>/", goal.view, name="view_goal"),
    path("goals/<uuid:goal>/revise/", goal.revise, name="revise_goal"),
    path("goals/<uuid:goal>/review/", goal.review, name="review_goal"),
    path("goals/<uuid:goal>/reach/", goal.reach, name="reach_goal"),
    path("goals/<uuid:goal>/reach-partly/", goal.reach_partly, name="reach_partly_goal"),
    path("goals/<uuid:goal>/let-go/", goal.let_go, name="let_go_goal"),
    path("goals/<uuid:goal>/reopen/", goal.reopen, name="reopen_goal"),
]
