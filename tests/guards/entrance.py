"""Guards of who comes in and may do what (C1-C10)."""

from .guard import constraint, guard

GUARDS = (
    guard(
        "houses-that-refer-learn-to",
        "C10",
        "orgs/doors.py",
        ("_door(lambda member: member.organization.refers)(view)", "view"),
    ),
    guard(
        "numbers-refused-in-notes",
        "C1",
        "orgs/guard.py",
        ("if refusal.kind in _NUMBER_KINDS_EVERYWHERE])", "if False])"),
    ),
    constraint("one-account-an-address", "C2", "orgs_user", "orgs_user_email_key"),
    guard(
        "second-factor",
        "C3",
        "orgs/session.py",
        ('    if "second_factor_at" not in session:\n        return Standing.ENROLLING\n', ""),
    ),
    guard(
        "a-file-needs-its-heads",
        "C14 C15",
        "orgs/audit_file.py",
        ("    _check_end(times, heads)\n", ""),
    ),
    guard(
        "told-heads-are-in-the-file",
        "C14 C15",
        "orgs/audit_file.py",
        ("    among = _check_told(opening, times, pasted)\n", '    among = ""\n'),
    ),
    guard(
        "a-code-opens-once",
        "C3",
        "orgs/factors.py",
        ('if counter <= authenticator.data.get("counter", 0):', "if False:"),
    ),
    guard(
        "the-only-factor-stays",
        "C3",
        "orgs/factors.py",
        ("return mine.exclude(pk=authenticator.pk).exists()", "return True"),
    ),
    guard(
        "fifteen-characters",
        "C4",
        "orgs/passphrases.py",
        ("SHORTEST = 15\n", "SHORTEST = 14\n"),
    ),
    guard(
        "no-known-passphrase",
        "C4",
        "config/settings/base.py",
        ('    {"NAME": "orgs.passphrases.NotKnown"},\n', ""),
    ),
    guard("lockout", "C5", "orgs/lockout.py", ("TRIES = 5\n", "TRIES = 6\n")),
    guard(
        "locked-means-locked",
        "C5",
        "orgs/sign_in.py",
        ("    if right and not row.is_locked:\n", "    if right:\n"),
    ),
    guard(
        "unknown-takes-as-long",
        "C5",
        "orgs/sign_in.py",
        ("        User().set_password(password)\n", ""),
    ),
    guard(
        "notice",
        "C6",
        "orgs/views/entrance.py",
        ("if not request.user.is_authenticated and not notice_accepted(request):", "if False:"),
    ),
    guard(
        "idle-lock",
        "C7",
        "orgs/session.py",
        (
            'if now - session.get("active_at", 0) >= request.user.organization.idle_minutes * 60:',
            "if False:",
        ),
    ),
    guard(
        "a-clock-set-back-locks",
        "C7",
        "config/static/causeway/lock.js",
        ("at.wall < from.wall - SLIP ? Infinity : ", ""),
    ),
    guard(
        "kept-for-the-same-member",
        "C7",
        "orgs/session.py",
        (
            "MemberKey.objects.filter(user=request.user).first()",
            'MemberKey.objects.order_by("made_at").last()',
        ),
    ),
    guard(
        "no-secret-is-kept",
        "C7",
        "orgs/session.py",
        ("    if key is None or unkept.is_secret(request):\n", "    if key is None:\n"),
    ),
    guard(
        "secrets-of-marked-views",
        "C7",
        "orgs/unkept.py",
        ("(_is_marked(view) or _is_about_coming_in(view))", "_is_about_coming_in(view)"),
    ),
    guard(
        "secrets-of-every-form",
        "C7",
        "orgs/unkept.py",
        ("_secret_names().intersection(request.POST))", "())"),
    ),
    constraint("30-idle-minutes-at-most", "C7", "orgs_organization", "idle_lock_within_30_minutes"),
    guard(
        "twelve-hours",
        "C8",
        "orgs/session.py",
        ("        return Standing.ENDED\n", "        pass\n"),
    ),
    guard(
        "step-up",
        "C8",
        "orgs/sign_in.py",
        ("        if recently_authenticated(request):\n", "        if True:\n"),
    ),
    guard(
        "ten-minutes",
        "C8",
        "orgs/session.py",
        ("STEP_UP_AFTER = 600 ", "STEP_UP_AFTER = 6000 "),
    ),
    guard(
        "approved-by-another",
        "C9 C10",
        "orgs/models/invitation.py",
        ("if actor.pk == self.invited_by_id:", "if False:"),
    ),
    guard(
        "nobody-comes-to-decide-alone",
        "C9 C10",
        "orgs/models/user.py",
        ("rules | Q(ruled_until__gt=Now() - ALONE_AFTER)", "rules"),
    ),
    guard(
        "who-asked-never-approves",
        "C10",
        "orgs/models/membership.py",
        ("            if actor.pk == self.asked_by_id:\n", "            if False:\n"),
    ),
    guard(
        "a-closed-account-opens-by-two",
        "C9 C10",
        "orgs/models/reopening.py",
        ("            if not self.is_active and self._another_than(actor):\n", "            if False:\n"),
    ),
    guard(
        "who-asked-to-open-never-approves",
        "C9 C10",
        "orgs/models/reopening.py",
        ("            if actor.pk == self.asked_by_id:\n", "            if False:\n"),
    ),
    guard(
        "no-other-request-in-its-place",
        "C9 C10",
        "orgs/models/membership.py",
        ("raise NotNow(ALREADY_CLOSED)\n            if self._opens", "pass\n            if self._opens"),
    ),
    constraint(
        "reopening-is-asked-by-another", "C9 C10", "orgs_user", "reopening_asked_for_a_closed_account"
    ),
    guard(
        "administrators-hear-of-it",
        "C9",
        "orgs/models/membership.py",
        ("            for pk in sorted(self._administrators)\n", "            for pk in ()\n"),
    ),
    guard(
        "administrators-hear-of-every-closing",
        "C9",
        "orgs/models/closing.py",
        ("        if self.pk in self._administrators:\n", "        if False:\n"),
    ),
    guard(
        "administrators-hear-of-a-last-day",
        "C9",
        "orgs/models/leaving.py",
        ("            if self.pk in self._administrators:\n", "            if False:\n"),
    ),
    guard(
        "a-name-is-one-person",
        "C2 C12",
        "orgs/names.py",
        ("    return key_of(name) in {key_of(one) for one in known}\n", "    return False\n"),
    ),
    guard(
        "the-approved-name-is-the-name",
        "C2 C9 C12",
        "orgs/models/invitation.py",
        (
            "            elif names.taken(self.organization_id, self.name, besides=self.email):\n",
            "            elif False:\n",
        ),
    ),
    guard(
        "closed-with-all-sessions",
        "C9",
        "orgs/models/closing.py",
        (
            "        self.is_active, self.kept_since = False, None\n        self.session_epoch += 1\n",
            "        self.is_active, self.kept_since = False, None\n",
        ),
    ),
    guard(
        "session-hash-with-the-epoch",
        "C9",
        "orgs/models/membership.py",
        ('value = f"{self.password}{self.session_epoch}"', "value = self.password"),
    ),
    guard(
        "kept-as-it-was-shown",
        "C9",
        "orgs/house.py",
        ('if told.get(str(one.pk)) == [one.role, str(one.unit_id or "")]', ""),
    ),
    guard(
        "account-reviews-are-only-added",
        "C9",
        "orgs/rls.py",
        ('    "orgs_accountreview",\n', ""),
    ),
    guard(
        "one-late-account-keeps-ringing",
        "C9",
        "orgs/house.py",
        ("    if duty and duty.since + every <= now and oldest + every <= now:\n        return\n", ""),
    ),
    guard(
        "asleep-after-90-days",
        "C9",
        "orgs/sign_in.py",
        ("member.has_left or member.is_dormant:", "member.has_left:"),
    ),
    guard(
        "nobody-leaves-with-hands-full",
        "C9",
        "orgs/models/closing.py",
        (
            "            self._refuse_if_holding()\n            self._shut()\n",
            "            self._shut()\n",
        ),
    ),
    guard(
        "nobody-changes-themselves",
        "C10",
        "orgs/models/membership.py",
        ("        if self.pk == actor.pk and not own:\n", "        if False:\n"),
    ),
    guard(
        "last-administrator-stays",
        "C10",
        "orgs/models/membership.py",
        ("        if not self._staying - {self.pk}:\n", "        if False:\n"),
    ),
    guard(
        "verb-must-be-held",
        "C10",
        "orgs/access.py",
        ("    if verb not in record.may:\n", "    if False:\n"),
    ),
    guard(
        "policy-of-cases",
        "C10 R6",
        "cases/access.py",
        (
            "    yield role(Role.SUPERVISOR, *SUPERVISOR_ON_CASE)\n",
            "    yield role(Role.SUPERVISOR, *SUPERVISOR_ON_CASE)\n"
            "    yield role(Role.ADVOCATE, *ADVOCATE_ON_CASE)\n",
        ),
    ),
    guard(
        "policy-of-packets",
        "C10 R6",
        "referrals/access.py",
        (
            "    yield user(referral.referrer_id, *REFERRER, of=mine)\n",
            "    yield user(referral.referrer_id, *REFERRER, of=mine)\n"
            "    yield role(Role.OFFICER, *REFERRER, of=mine)\n",
        ),
    ),
    guard(
        "policy-of-intakes",
        "C10 R6",
        "referrals/access.py",
        (
            "    yield role(Role.INTAKE_WORKER, *DESK_ON_INTAKE)\n",
            "    yield role(Role.INTAKE_WORKER, *DESK_ON_INTAKE)\n    yield role(Role.ADVOCATE, 'view')\n",
        ),
    ),
    guard(
        "policy-of-handoffs",
        "R18 R27",
        "referrals/access.py",
        (
            "            yield role(desk, *(DESK_ON_HANDOFF if named else READER), of=theirs)\n",
            "            yield role(desk, *READER, of=theirs)\n",
        ),
    ),
    guard(
        "policy-of-releases",
        "C10 R6",
        "cases/access.py",
        ('    yield role(Role.ADVOCATE, "view", "revoke")\n', "    yield role(Role.ADVOCATE, *ON_RELEASE)\n"),
    ),
    guard(
        "policy-of-follow-ups",
        "C10 R6",
        "cases/access.py",
        (
            "    yield role(Role.SUPERVISOR, *ON_FOLLOWUP)\n",
            "    yield role(Role.SUPERVISOR, *ON_FOLLOWUP)\n    yield role(Role.ADVOCATE, *ON_FOLLOWUP)\n",
        ),
    ),
    guard(
        "content-security-policy",
        "C10",
        "config/settings/base.py",
        ('    "csp.middleware.CSPMiddleware",\n', ""),
    ),
)
