"""Addresses of packets, on the side that sends them; the desk's own moves are in `intake`."""

from django.urls import path

from referrals.views import card, my, practice, referral, running, steps, unit

urlpatterns = [
    path("referrals/", my.my_referrals, name="my_referrals"),
    path("referrals/begin/", steps.begin, name="begin_referral"),
    path("referrals/signs/", practice.know_signs, name="know_signs"),
    path("referrals/practice/", practice.practice, name="practice"),
    path("referrals/unit/", unit.my_unit, name="my_unit"),
    path("referrals/<reference>/", referral.view, name="view_referral"),
    path("referrals/<reference>/clocks/", running.clocks_referral, name="clocks_referral"),
    path("referrals/<reference>/step/<int:number>/", steps.edit, name="edit_referral"),
    path("referrals/<reference>/send/", steps.send, name="send_referral"),
    path("referrals/<reference>/receipt/", steps.receipt, name="receipt_referral"),
    path("referrals/<reference>/discard/", steps.discard, name="discard_referral"),
    path("referrals/<reference>/print/", referral.print_page, name="print_referral"),
    path("referrals/<reference>/card/", card.print_card_referral, name="print_card_referral"),
    path("referrals/<reference>/answer/", referral.answer, name="answer_referral"),
    path("referrals/<reference>/hand-on/", referral.hand_on, name="hand_on_referral"),
    path("referrals/<reference>/write/", referral.write, name="write_referral"),
    path("referrals/<reference>/recall/", referral.recall, name="recall_referral"),
    path("referrals/<reference>/mark-error/", referral.mark_error, name="mark_error_referral"),
]
