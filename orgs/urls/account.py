"""Addresses of the way in and of one's own account.

Of allauth's pages only those that are used are here: no sign-up, no change of address, no reset by mail.
"""

from allauth.account import views as allauth
from allauth.mfa.recovery_codes.views import view_recovery_codes
from allauth.mfa.webauthn.views import edit_webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from orgs.views import (
    account,
    calendar_links,
    devices,
    entrance,
    keys,
    lock,
    mailbox,
    rules,
    saved_views,
    sessions,
)

urlpatterns = [
    path("notice/", entrance.notice, name="notice"),
    path("sign-in/", entrance.enter, name="account_login"),
    path("sign-in/second-factor/", account.SecondFactor.as_view(), name="mfa_authenticate"),
    path("sign-out/", login_not_required(allauth.logout), name="account_logout"),
    path("invitation/<str:token>/", entrance.accept_invitation, name="accept_invitation"),
    path("rules/", rules.rules, name="rules_of_behavior"),
    path("account/sessions/", sessions.sessions, name="sessions"),
    path("account/sessions/<uuid:pk>/end/", sessions.end_session, name="end_session"),
    path("account/sessions/end-others/", sessions.end_other_sessions, name="end_other_sessions"),
    path("account/mail/", mailbox.mailbox, name="mailbox"),
    path("account/mail/test/", mailbox.send_test_mail, name="send_test_mail"),
    path("account/mail/arrived/", mailbox.confirm_mail, name="confirm_mail"),
    path("account/mail/link/change/", mailbox.change_stop_link, name="change_stop_link"),
    path("mail/stop/<str:key>/", mailbox.stop_mail, name="stop_mail"),
    path("account/devices/add/", devices.add_device, name="add_device"),
    path("account/devices/<uuid:device>/try/", devices.try_device, name="try_device"),
    path("account/devices/<uuid:device>/remove/", devices.remove_device, name="remove_device"),
    path("account/views/save/", saved_views.save_view, name="save_view"),
    path("account/views/<uuid:pk>/remove/", saved_views.remove_view, name="remove_view"),
    path("push.js", devices.push_worker, name="push_worker"),
    path("account/calendar/make/", calendar_links.make_calendar, name="make_calendar"),
    path("account/calendar/revoke/", calendar_links.revoke_calendar, name="revoke_calendar"),
    path("lock/", lock.lock, name="lock"),
    path("unlock/", lock.unlock, name="unlock"),
    path("stay/", lock.stay, name="stay"),
    path("resume/", lock.resume, name="resume"),
    path("confirm/", account.ConfirmCode.as_view(), name="mfa_reauthenticate"),
    path("confirm/key/", account.ConfirmKey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("confirm/passphrase/", allauth.reauthenticate, name="account_reauthenticate"),
    path("account/", account.account, name="account"),
    path("account/", account.account, name="mfa_index"),
    path("account/", account.account, name="mfa_list_webauthn"),
    path("account/passphrase/", account.ChangePassphrase.as_view(), name="account_change_password"),
    path("account/keys/recover/", keys.recover_keys, name="recover_keys"),
    path("account/second-factor/", account.enroll, name="enroll"),
    path("account/second-factor/app/", account.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", account.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/second-factor/keys/add/", account.AddKey.as_view(), name="mfa_add_webauthn"),
    path("account/second-factor/keys/<int:pk>/edit/", edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "account/second-factor/keys/<int:pk>/remove/", account.RemoveKey.as_view(), name="mfa_remove_webauthn"
    ),
    path("account/recovery-codes/", view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", account.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
]
