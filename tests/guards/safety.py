"""Guards of duties, safety, retention and numbers (R28-R35, R37-R48)."""

from .guard import constraint, guard

GUARDS = (
    constraint(
        "notice-counsel-and-narrowing-first",
        "R28",
        "cases_demand",
        "demand_notice_counsel_and_narrowing_first",
    ),
    guard(
        "no-narrowing-without-counsel",
        "R28",
        "cases/models/demand.py",
        ('                self._refuse("narrow", "counsel")\n', "                pass\n"),
    ),
    guard(
        "notes-leave-by-a-judges-order",
        "R28",
        "cases/models/demand.py",
        ('if not self.notes_ordered and any(kind == "notes" for kind, _what in items):', "if False:"),
    ),
    guard(
        "a-suspicion-goes-along-with-its-case",
        "R29",
        "cases/models/case.py",
        ("            MandatedReport.join(person, case)\n", ""),
    ),
    guard(
        "a-suspicion-goes-along-with-a-joined-case",
        "R29",
        "referrals/models/intake_ends.py",
        ("            MandatedReport.join(self.person, case)\n", ""),
    ),
    guard(
        "what-has-force-of-law-is-held",
        "R28 R35",
        "cases/models/demand.py",
        (
            "        if self.case and self.kind in BASES and not self.case.legal_hold:\n",
            "        if False:\n",
        ),
    ),
    guard(
        "what-is-named-later-is-held-too",
        "R28 R35",
        "cases/models/demand.py",
        (
            "            self.case, self.person_id = case, case.person_id\n            self._hold(actor)\n",
            "            self.case, self.person_id = case, case.person_id\n",
        ),
    ),
    guard(
        "who-was-told-of-a-demand-stays-its-person",
        "R28",
        "cases/models/demand.py",
        (
            "        if self.notice:\n            self._refuse(verb",
            "        if False:\n            self._refuse(verb",
        ),
    ),
    guard(
        "a-report-goes-with-its-intake",
        "R29",
        "referrals/models/intake_moves.py",
        ("        MandatedReport.hand_on(self)\n", ""),
    ),
    guard(
        "a-report-of-an-intake-is-let-go",
        "R29 R42",
        "cases/letting_go.py",
        ("    MandatedReport.let_go(person, members)\n", ""),
    ),
    guard(
        "a-demand-is-taken-up-at-once",
        "R28",
        "cases/reminders.py",
        ("        if not demand.counsel_at:\n", "        if False:\n"),
    ),
    constraint("request-in-24-hours", "R30", "cases_otiprequest", "otip_is_due_in_24_hours"),
    constraint("request-has-its-line", "R30", "cases_otiprequest", "otip_has_its_line"),
    constraint(
        "certification-under-a-release",
        "R31",
        "cases_certification",
        "certification_is_asked_under_a_release",
    ),
    guard(
        "glass-for-an-hour",
        "R32",
        "cases/models/glass.py",
        ('self.filter(state="open", expires_at__gt=clock.Now())', 'self.filter(state="open")'),
    ),
    guard(
        "glass-never-opens-a-restriction",
        "R32",
        "cases/glass.py",
        ("    return Exists(mine) & ~_restricted(person)\n", "    return Exists(mine)\n"),
    ),
    guard(
        "glass-reviewed-by-another",
        "R32",
        "cases/models/glass.py",
        ("            if actor.pk == self.opened_by_id:\n", "            if False:\n"),
    ),
    guard(
        "releases-end-with-the-person",
        "R33",
        "cases/death.py",
        ('                release.revoke(actor=actor, reason="DIED")\n', "                pass\n"),
    ),
    guard(
        "next-of-kin-after-a-death-alone",
        "R33",
        "cases/signing.py",
        ("    if died:\n", "    if False:\n"),
    ),
    constraint("the-grantor-within-24-hours", "R43", "cases_breach", "breach_grantor_told_in_time"),
    guard(
        "breach-closed-by-a-second-person",
        "R43",
        "cases/models/breach.py",
        ("            if actor.pk == self.closure_requested_by_id:\n", "            if False:\n"),
    ),
    guard(
        "breach-closed-when-all-is-done",
        "R43",
        "cases/models/breach.py",
        ("            if self.left:\n", "            if False:\n"),
    ),
    guard(
        "a-handoff-carries-its-list",
        "R34",
        "referrals/handover.py",
        ("    unknown = content.keys() - KEYS\n", "    unknown = ()\n"),
    ),
    guard(
        "notes-are-only-added-to",
        "R34",
        "orgs/rls.py",
        ('    "cases_note",\n', ""),
    ),
    guard(
        "notice-before-narrowing",
        "R28",
        "cases/models/demand.py",
        ("            if not self.notice:\n", "            if False:\n"),
    ),
    guard(
        "counsel-before-narrowing",
        "R28",
        "cases/models/demand.py",
        ('            if not self.counsel_at:\n                self._refuse("narrow", "counsel")\n', ""),
    ),
    guard(
        "an-hour-and-not-longer",
        "R32",
        "cases/models/glass.py",
        ('self.filter(state="open", expires_at__gt=clock.Now())', 'self.filter(state="open")'),
    ),
    constraint("glass-is-broken-for-an-hour", "R32", "cases_breakglass", "glass_is_broken_for_an_hour"),
    guard(
        "breach-clocks-are-never-longer",
        "R43",
        "cases/models/breach.py",
        (
            '+ min(one.within, _length(clock_interval(one.clock, "crisis", house.clocks)))',
            '+ _length(clock_interval(one.clock, "crisis", house.clocks))',
        ),
    ),
    guard(
        "a-wall-crosses-no-handoff-unseen",
        "R44",
        "referrals/models/handoff_receiving.py",
        ("            Wall.share(file.case.person, *known, actor=actor)\n", "            pass\n"),
    ),
    guard("next-of-kin-after-a-death", "R33", "cases/signing.py", ("    if died:\n", "    if False:\n")),
    guard(
        "nobody-calls-the-dead",
        "R33",
        "cases/models/contact.py",
        ("                raise PersonDied(plan)\n", "                pass\n"),
    ),
    guard(
        "clocks-of-the-law-are-never-longer",
        "R29",
        "orgs/clocks.py",
        ("    if name in STATUTORY and not 0 <", "    if False and not 0 <"),
    ),
    guard("least-periods", "R35", "orgs/retention.py", ("    return max(kind.least, ", "    return (")),
    guard(
        "least-periods-inside-the-wall",
        "R35",
        "orgs/purging.py",
        (
            """wait = f"greatest((plan.schedule->>'{kind.code}')::int, {retention.least_days(kind)})\"""",
            """wait = f"(plan.schedule->>'{kind.code}')::int\"""",
        ),
    ),
    guard(
        "legal-hold",
        "R35",
        "orgs/retention.py",
        ('return f"({due}) AND NOT {held(kind)}" if kind.person else f"({due})"', 'return f"({due})"'),
    ),
    guard(
        "a-hold-goes-through-the-joins",
        "R35",
        "referrals/retention.py",
        ("    retention.join(JOINED)\n", ""),
    ),
    guard(
        "a-hold-goes-through-a-merge",
        "R35",
        "orgs/retention.py",
        ("    if pairs not in JOINS:", '    if "merged_into" not in pairs:'),
    ),
    guard(
        "approved-by-another-supervisor",
        "R35",
        "cases/models/purge.py",
        ("        if actor.pk == self.proposed_by_id:\n", "        if False:\n"),
    ),
    constraint("purge-approved-by-another", "R35", "cases_purge", "purge_approved_by_another"),
    guard(
        "two-supervisors-inside-the-wall",
        "R35",
        "orgs/purging.py",
        ("    IF NOT FOUND OR 2 <> (", "    IF NOT FOUND OR 0 > ("),
    ),
    guard(
        "purged-rows-stay-counted",
        "R35",
        "orgs/purging.py",
        ('.replace("{tallies}", yearly.tallies())', '.replace("{tallies}", "")'),
    ),
    guard(
        "what-points-at-a-row-goes-with-it",
        "R35",
        "orgs/purging.py",
        ("    IF relation <> 'orgs_reminder' THEN", "    IF false THEN"),
    ),
    guard(
        "walled-from-a-purge",
        "R35",
        "cases/models/purge.py",
        ("            self.items.filter(person_id__in=hidden).delete()\n", ""),
    ),
    guard(
        "the-clock-lists",
        "R35",
        "cases/tasks.py",
        ("last.changed_at + after <= clock.now()", "last.changed_at > clock.now()"),
    ),
    guard(
        "contact-gate",
        "R37",
        "cases/models/contact.py",
        ("if plan is None or not plan.is_verified:", "if plan is None:"),
    ),
    guard(
        "a-linked-intake-takes-its-plan-along",
        "R37 R25",
        "referrals/models/intake_ends.py",
        (
            "            MandatedReport.join(self.person, case)\n"
            "            joining.share_plans(self, actor=actor)\n",
            "            MandatedReport.join(self.person, case)\n",
        ),
    ),
    guard(
        "a-duplicate-takes-its-plan-along",
        "R37 R25",
        "referrals/models/intake_ends.py",
        (
            "                self.same_as = of\n                self._end(actor)\n"
            "            joining.share_plans(self, actor=actor)\n",
            "                self.same_as = of\n                self._end(actor)\n",
        ),
    ),
    guard(
        "a-plan-that-went-along-is-confirmed-again",
        "R37",
        "referrals/joining.py",
        ('actor=actor, verified="", **wanted)', "actor=actor, **wanted)"),
    ),
    guard(
        "30-day-plan",
        "R37",
        "cases/models/contact.py",
        ("GOOD_FOR = timedelta(days=30)", "GOOD_FOR = timedelta(days=31)"),
    ),
    guard(
        "gate-of-the-outreach",
        "R37",
        "referrals/models/intake_moves.py",
        (
            '            self._insist_on_a_plan("begin_outreach")\n',
            "",
        ),
    ),
    guard(
        "doubted-after-it-went-wrong",
        "R37",
        "referrals/models/intake_moves.py",
        ("            self._doubt_the_plan(actor)\n", "            pass\n"),
    ),
    guard(
        "mail-without-a-word",
        "R38",
        "orgs/outbox.py",
        (
            """            subject = "Causeway"
            text = _("You have one item""",
            """            subject = message.organization.name
            text = _("You have one item""",
        ),
    ),
    guard(
        "constant-text-of-a-mail",
        "R38",
        "orgs/outbox.py",
        (
            'text = _("You have one item to look at in Causeway.")',
            "text = message.reminder.clock if message.reminder else message.kind",
        ),
    ),
    guard(
        "leave-comes-first",
        "R40",
        "config/templates/public_base.html",
        ("data-leave", "data-later"),
    ),
    guard(
        "neutral-title",
        "R40",
        "config/templates/public_base.html",
        ("Virgin Islands information", "Help for victims of crime"),
    ),
    guard(
        "address-is-no-name",
        "R41",
        "cases/models/person.py",
        (
            'return self.alias or self.name or _now("No name given")',
            'return f"{self.alias or self.name} {self.address}".strip() or _now("No name given")',
        ),
    ),
    guard(
        "walls-of-those-who-cannot-be-asked",
        "R44",
        "referrals/views/handoff_moves.py",
        ("known=[*known, *hidden])", "known=known)"),
    ),
    guard(
        "suppression",
        "R46",
        "orgs/suppression.py",
        ("if count < smallest}", "if count < 1}"),
    ),
    guard(
        "complementary-suppression",
        "R46",
        "orgs/suppression.py",
        ("return how_many >= 2 and smallest <= together < how_many * (smallest - 1)", "return how_many >= 2"),
    ),
    guard(
        "suppression-inside-the-wall",
        "R46",
        "orgs/totals.py",
        (
            "            cells := public.suppressed(cells, bound);\n",
            "            cells := cells || 0::bigint;\n",
        ),
    ),
    guard(
        "a-quarter-is-over",
        "R46",
        "orgs/totals.py",
        ("generate_series(1, 8) back", "generate_series(0, 7) back"),
    ),
    guard(
        "floor-of-five",
        "R46",
        "orgs/totals.py",
        ("bound bigint := greatest(smallest, {floor});", "bound bigint := smallest;"),
    ),
    guard(
        "setting-above-the-floor",
        "R46",
        "orgs/suppression.py",
        ("    return max(FLOOR, setting)", "    return setting"),
    ),
    guard(
        "caveat-of-the-totals",
        "R48",
        "orgs/templates/orgs/totals.html",
        ("Most victims never come to the notice", "Few victims come to the notice"),
    ),
)
