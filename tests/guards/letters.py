"""Guards of the public door: letters of people without an account (R3, R4, R6, R11, R35-R37, R40, R42)."""

from .guard import guard, wall

GUARDS = (
    wall("public-letter-wall-of-the-table", "R3", "referrals_inquiry"),
    guard(
        "public-letter-policy",
        "R6",
        "referrals/access.py",
        (
            "        yield user(works.assigned_to_id, *ON_READ_INQUIRY)\n",
            "        yield role(Role.ADVOCATE, *ON_READ_INQUIRY)\n",
        ),
    ),
    guard(
        "public-letter-behind-the-wall",
        "R42",
        "referrals/models/inquiry.py",
        ('return walled(user, "intake__person_id")', "return None"),
    ),
    guard(
        "public-letter-in-no-count-behind-the-wall",
        "R42",
        "config/navigation.py",
        ("        .exclude(subject_id__in=letters)\n", ""),
    ),
    guard(
        "public-letter-digits-are-tried-slowly",
        "R6",
        "referrals/views/public.py",
        ('if number and too_often(request, "public_return", LOOKS):', "if False:"),
    ),
    guard(
        "public-letter-lines-say-no-address",
        "R40",
        "referrals/views/public.py",
        ("            audit.unseen(),\n", ""),
    ),
    guard(
        "public-letter-pages-tell-no-referrer",
        "R40",
        "referrals/views/public.py",
        (
            '        response["Referrer-Policy"] = "no-referrer"\n        response["Content-Language"]',
            '        response["Content-Language"]',
        ),
    ),
    guard(
        "public-letter-exit-clears-what-was-kept",
        "R40",
        "referrals/views/public.py",
        ("""    response["Clear-Site-Data"] = '"cache", "storage"'\n""", ""),
    ),
    guard(
        "public-letter-opens-by-a-key-outside-the-database",
        "R11",
        "referrals/letterbox.py",
        ('return Opener(_keyed("root", slow.hex()))', "return Opener(slow)"),
        ("settings.CAUSEWAY_RECEIPT_KEY.encode()", 'b"known"'),
    ),
    guard(
        "public-letter-is-kept-sealed-in-both-copies",
        "R11",
        "referrals/models/inquiry.py",
        (
            "made.copy = crypto.seal_letter(text.encode(), public_key, 1, made._bound_to())",
            "made.copy = text.encode()",
        ),
    ),
    guard(
        "public-letter-that-is-ended-loses-its-copies",
        "R35",
        "referrals/models/inquiry.py",
        ("            self.messages.update(copy=None)\n", ""),
    ),
    guard(
        "public-letter-needs-no-name",
        "R36",
        "referrals/forms/public.py",
        (
            'label=_("What should they call you?"),\n        max_length=120,\n        required=False,',
            'label=_("What should they call you?"),\n        max_length=120,',
        ),
    ),
    guard(
        "public-letter-plan-is-confirmed-by-nobody",
        "R37",
        "referrals/models/intake.py",
        ('        verified="",\n', '        verified="person",\n'),
    ),
    guard(
        "public-letter-about-another-makes-no-plan",
        "R37",
        "referrals/models/intake.py",
        ("        if own:\n            begin_plan", "        if True:\n            begin_plan"),
    ),
    guard(
        "public-letter-that-waits-has-a-clock",
        "R4",
        "referrals/reminders.py",
        ('    if inquiry.state == "waiting":\n', "    if False:\n"),
    ),
    guard(
        "public-letter-that-they-wrote-again-has-a-clock",
        "R4",
        "referrals/reminders.py",
        ('    if inquiry.state == "acknowledged" and inquiry.asked_at:\n', "    if False:\n"),
    ),
    guard(
        "digits-in-another-language-are-shown-no-longer",
        "R40",
        "referrals/views/public.py",
        ("if kept and clock.now().timestamp() - sent_at < SHOWN_AGAIN else", "if kept else"),
        tests="tests/test_public_languages.py",
    ),
    guard(
        "no-browser-changes-what-a-member-sees",
        "R3",
        "config/tongues/middleware.py",
        ('    if request.session.get("organization"):\n', "    if False:\n"),
        tests="tests/test_public_languages.py",
    ),
    guard(
        "another-language-takes-along-what-was-typed",
        "R36",
        "referrals/views/public.py",
        ("LetterForm(moved(request.POST, language) if elsewhere", "LetterForm(None if elsewhere"),
        tests="tests/test_public_languages.py",
    ),
    guard(
        "mail-speaks-one-text-in-the-language-of-its-reader",
        "R38",
        "orgs/outbox.py",
        ("with translation.override(_language(message)):", "with translation.override(message.language):"),
        tests="tests/test_public_languages.py",
    ),
)
