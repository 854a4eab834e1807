"""Addresses of the organization's own pages (members, desk, settings, audit), of oversight and operator."""

from django.urls import path

from orgs.views import audit, audit_keep, duty, installation, invitations, members, sessions, settings

urlpatterns = [
    path("members/", members.members, name="members"),
    path("members/review/", members.review_accounts, name="review_accounts"),
    path("members/invite/", invitations.invite_member, name="invite_member"),
    path("members/<uuid:pk>/change/", members.change_member, name="change_member"),
    path("members/<uuid:pk>/deactivate/", members.deactivate_member, name="deactivate_member"),
    path("members/<uuid:pk>/reactivate/", members.reactivate_member, name="reactivate_member"),
    path("members/<uuid:pk>/unlock/", members.unlock_member, name="unlock_member"),
    path("members/<uuid:pk>/end-sessions/", sessions.end_member_sessions, name="end_member_sessions"),
    path("invitations/<uuid:pk>/approve/", invitations.approve_invitation, name="approve_invitation"),
    path("invitations/<uuid:pk>/resend/", invitations.resend_invitation, name="resend_invitation"),
    path("invitations/<uuid:pk>/revoke/", invitations.revoke_invitation, name="revoke_invitation"),
    path("desk/", duty.duty_desk, name="duty_desk"),
    path("desk/add/", duty.add_shift, name="add_shift"),
    path("desk/<uuid:pk>/remove/", duty.remove_shift, name="remove_shift"),
    path("settings/", settings.organization_settings, name="organization_settings"),
    path("settings/directory/", settings.change_directory, name="change_directory"),
    path("settings/hours/", settings.change_hours, name="change_hours"),
    path("settings/limits/", settings.change_limits, name="change_limits"),
    path("settings/clocks/<slug:name>/", settings.change_clock, name="change_clock"),
    path("settings/clocks/<slug:name>/reset/", settings.reset_clock, name="reset_clock"),
    path("units/add/", settings.add_unit, name="add_unit"),
    path("units/<uuid:pk>/rename/", settings.rename_unit, name="rename_unit"),
    path("units/<uuid:pk>/deactivate/", settings.deactivate_unit, name="deactivate_unit"),
    path("audit/", audit.audit, name="audit"),
    path("audit/record/", audit.access_report, name="access_report"),
    path("audit/week/", audit.review_audit, name="review_audit"),
    path("audit/keep/", audit_keep.keep_audit, name="keep_audit"),
    path("audit/keep/export/", audit_keep.export_audit, name="export_audit"),
    path("audit/keep/purge/", audit_keep.purge_audit, name="purge_audit"),
    path("totals/", installation.totals_page, name="totals"),
    path("operator/", installation.operator, name="operator"),
]
