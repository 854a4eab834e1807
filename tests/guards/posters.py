"""Guards of posters with a code and of what is printed (R6, R40, R41, R46; R1, R28, R34, R42, C8, C11)."""

from .guard import guard, wall

GUARDS = (
    wall("campaign-wall-of-the-table", "R6", "referrals_campaign", "tests/test_campaigns.py"),
    guard(
        "campaign-month-is-told-once-it-is-over",
        "R46",
        "orgs/reach.py",
        ("generate_series(1, 12) back", "generate_series(0, 12) back"),
    ),
    guard(
        "campaign-small-figures-are-hidden",
        "R46",
        "orgs/reach.py",
        (
            "        counts := public.suppressed(counts, bound);\n",
            "        counts := counts || (SELECT sum(n)::bigint FROM unnest(counts) n);\n",
        ),
    ),
    guard(
        "campaign-figures-are-whole-tens",
        "R46",
        "orgs/reach.py",
        ("nullif(c / 10 * 10, 0)", "c"),
        tests="tests/test_campaigns.py",
    ),
    guard(
        "campaign-total-stands-beside-two",
        "R46",
        "orgs/reach.py",
        ("IF cardinality(array_remove(counts[1:cardinality(hung)], NULL)) < 2 THEN", "IF false THEN"),
        tests="tests/test_campaigns.py",
    ),
    guard(
        "campaign-hangs-in-the-months-in-which-it-hung",
        "R46",
        "orgs/reach.py",
        (
            "           AND p.made_at < (campaign_reach.month + interval '1 month') "
            "AT TIME ZONE 'America/St_Thomas'\n",
            "",
        ),
    ),
    guard(
        "campaign-counts-are-out-of-reach",
        "R46",
        "orgs/rls.py",
        ('HIDDEN = {"orgs_audithead", "referrals_campaigncount"}', 'HIDDEN = {"orgs_audithead"}'),
    ),
    guard(
        "campaign-keeps-its-code-and-its-day",
        "R46",
        "orgs/rls.py",
        (
            '    "referrals_campaign": {"id", "organization_id", "code", "found_by", "made_at", '
            '"made_by_id"},\n',
            "",
        ),
    ),
    guard(
        "campaign-wrong-code-does-the-same-work",
        "R6",
        "referrals/views/poster.py",
        (
            'Organization.objects.helping().order_by("code"))',
            "[one for one in Organization.objects.helping() if code.upper().startswith('AIRPORT')])",
        ),
    ),
    guard(
        "campaign-word-tells-nothing",
        "R40",
        "referrals/forms/campaign.py",
        ("        if tells(word):", "        if False:"),
    ),
    guard(
        "campaign-is-of-a-house-that-helps",
        "R6 C10",
        "referrals/views/campaign.py",
        ("        if not request.user.organization.helps:", "        if False:"),
    ),
    guard(
        "summary-for-a-court-holds-nothing-of-the-person-alone",
        "R28",
        "cases/summary_text.py",
        ("    if left := set(parts) - set(PARTS[whom]):", "    if left := set(parts) - set(FOR_PERSON):"),
    ),
    guard(
        "summary-asks-for-the-second-factor",
        "C8",
        "cases/views/summary.py",
        ("@step_up\ndef print_summary_case", "def print_summary_case"),
    ),
    guard(
        "summary-is-written-down",
        "C11",
        "cases/views/summary.py",
        (
            '    audit.viewed(request.user, case, "print_summary", whom=said["whom"], parts=said["parts"])\n',
            "",
        ),
    ),
    guard(
        "plain-card-names-nobody",
        "R38",
        "referrals/sheets.py",
        ('packet.receiver if named and packet.receiver else form["any_time"]', "packet.receiver"),
    ),
)
