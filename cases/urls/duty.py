"""Addresses of what the law asks for, one noun a block."""

from django.urls import path

from cases.views import certification, deadline, death, duty, otip, report

urlpatterns = [
    path("duties/", duty.all_duties, name="duties"),
    path("cases/<str:number>/duties/", duty.begin_duty, name="begin_duty"),
    path("cases/<str:number>/death/", death.record_death, name="record_death_case"),
    path("cases/<str:number>/death/take-back/", death.take_back_death, name="take_back_death_case"),
    path("cases/<str:number>/reports/", report.begin, name="begin_mandatedreport"),
    path("reports/<uuid:report>/", report.view, name="view_mandatedreport"),
    path("reports/<uuid:report>/record-oral/", report.record_oral, name="record_oral_mandatedreport"),
    path("reports/<uuid:report>/write/", report.write, name="write_mandatedreport"),
    path("reports/<uuid:report>/send-written/", report.send_written, name="send_written_mandatedreport"),
    path("reports/<uuid:report>/tell-person/", report.tell_person, name="tell_person_mandatedreport"),
    path("reports/<uuid:report>/excuse/", report.excuse, name="excuse_mandatedreport"),
    path("reports/<uuid:report>/reopen/", report.reopen, name="reopen_mandatedreport"),
    path("reports/<uuid:report>/print/", report.print_page, name="print_mandatedreport"),
    path("cases/<str:number>/otip-requests/", otip.begin, name="begin_otiprequest"),
    path("otip-requests/<uuid:otip>/", otip.view, name="view_otiprequest"),
    path("otip-requests/<uuid:otip>/write/", otip.write, name="write_otiprequest"),
    path("otip-requests/<uuid:otip>/send/", otip.send, name="send_otiprequest"),
    path("otip-requests/<uuid:otip>/ask-again/", otip.ask_again, name="ask_again_otiprequest"),
    path("otip-requests/<uuid:otip>/answer/", otip.answer, name="answer_otiprequest"),
    path("otip-requests/<uuid:otip>/excuse/", otip.excuse, name="excuse_otiprequest"),
    path("otip-requests/<uuid:otip>/reopen/", otip.reopen, name="reopen_otiprequest"),
    path("otip-requests/<uuid:otip>/print/", otip.print_page, name="print_otiprequest"),
    path("cases/<str:number>/certifications/", certification.begin, name="begin_certification"),
    path("certifications/<uuid:certification>/", certification.view, name="view_certification"),
    path("certifications/<uuid:certification>/ask/", certification.ask_agency, name="ask_certification"),
    path(
        "certifications/<uuid:certification>/ask-again/",
        certification.ask_again,
        name="ask_again_certification",
    ),
    path("certifications/<uuid:certification>/sign/", certification.sign, name="sign_certification"),
    path("certifications/<uuid:certification>/deny/", certification.deny, name="deny_certification"),
    path(
        "certifications/<uuid:certification>/withdraw/", certification.withdraw, name="withdraw_certification"
    ),
    path("cases/<str:number>/deadlines/", deadline.begin, name="begin_deadline"),
    path("deadlines/<uuid:deadline>/", deadline.view, name="view_deadline"),
    path("deadlines/<uuid:deadline>/meet/", deadline.meet, name="meet_deadline"),
    path("deadlines/<uuid:deadline>/excuse/", deadline.excuse, name="excuse_deadline"),
    path("deadlines/<uuid:deadline>/reopen/", deadline.reopen, name="reopen_deadline"),
]
