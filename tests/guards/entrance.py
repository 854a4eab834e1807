"""Guards of access and audit (C1-C26)."""

from .guard import constraint, guard

GUARDS = (
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
        "kept-for-the-same-member",
        "C7",
        "orgs/session.py",
        ('return f"{member.organization_id}|kept|{member.pk}".encode()', 'return b"kept"'),
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
        ("if actor.pk == self.invited_by_id and self.needs_another():", "if False:"),
    ),
    guard(
        "closed-with-all-sessions",
        "C9",
        "orgs/models/membership.py",
        (
            "            self.is_active = False\n            self.session_epoch += 1\n",
            "            self.is_active = False\n",
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
        ("if not member.is_active or member.is_dormant:", "if not member.is_active:"),
    ),
    guard(
        "nobody-leaves-with-hands-full",
        "C9",
        "orgs/models/membership.py",
        (
            "            self._refuse_if_holding()\n            self._ask_nothing()\n",
            "            self._ask_nothing()\n",
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
        ("        if self._administrators == {self.pk}:\n", "        if False:\n"),
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
        "C10 R6",
        "referrals/access.py",
        ("    if handoff.offered_at:\n", "    if True:\n"),
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
    guard(
        "views-of-cases-on-record",
        "C11",
        "cases/views/case.py",
        ("    audit.viewed(request.user, case)\n", ""),
    ),
    guard(
        "failures-on-record",
        "C11",
        "orgs/sign_in.py",
        ("        if operator:\n", "        if False:\n"),
    ),
    guard(
        "searches-in-keyed-words",
        "C11",
        "orgs/sign_in.py",
        (
            'salted_hmac("causeway.unknown_address", email.lower(), algorithm="sha256").hexdigest()[:16]',
            "email",
        ),
    ),
    guard(
        "who-in-a-line",
        "C12",
        "orgs/audit.py",
        ('actor_name=getattr(actor, "name", ""),', 'actor_name="",'),
    ),
    guard(
        "database-dates-a-line",
        "C13",
        "orgs/migrations/0002_audit_chain.py",
        ("NEW.at := clock_timestamp();", "NEW.at := date_trunc('second', clock_timestamp());"),
    ),
    guard(
        "hash-chain",
        "C14",
        "orgs/audit_chain.py",
        ("WHEN hash IS DISTINCT FROM again THEN 'changed' END", "WHEN false THEN 'changed' END"),
    ),
    guard(
        "link-to-the-line-before",
        "C14",
        "orgs/audit_chain.py",
        ("WHEN previous IS DISTINCT FROM hash_before THEN 'cut'", "WHEN false THEN 'cut'"),
    ),
    guard(
        "no-gap-in-the-chain",
        "C14",
        "orgs/audit_chain.py",
        ("CASE WHEN sequence <> sequence_before + 1 THEN 'gap'", "CASE WHEN false THEN 'gap'"),
    ),
    guard(
        "line-of-a-move",
        "C11 C14",
        "orgs/record.py",
        (
            '            audit.write(actor, verb, self, **{"from": before, "to": self.state, **details})\n',
            "",
        ),
    ),
    guard(
        "review-on-record",
        "C16",
        "orgs/views/audit.py",
        ('        trail.write(request.user, "review_audit", lines=lines.count())\n', ""),
    ),
    guard(
        "sealed-in-its-place",
        "C18",
        "orgs/sealing/base.py",
        ("self.model._meta.db_table, pk, self.column)", "self.model._meta.db_table, self.column)"),
    ),
    guard(
        "sealed-in-its-column",
        "C18",
        "orgs/sealing/base.py",
        ("self.model._meta.db_table, pk, self.column)", "self.model._meta.db_table, pk)"),
    ),
    guard(
        "place-is-authenticated",
        "C18",
        "orgs/sealing/crypto.py",
        (
            "AESGCM(key).encrypt(nonce, plain, head + place)",
            "AESGCM(key).encrypt(nonce, plain, head)",
        ),
        ("box[HEAD.size + NONCE_BYTES :], head + place)", "box[HEAD.size + NONCE_BYTES :], head)"),
    ),
    guard(
        "letter-to-one-place",
        "C18",
        "orgs/sealing/crypto.py",
        ("encrypt(plain, public_key, info=head + place)", "encrypt(plain, public_key, info=head)"),
        (
            "decrypt(letter[HEAD.size :], private_key, info=head + place)",
            "decrypt(letter[HEAD.size :], private_key, info=head)",
        ),
    ),
    guard(
        "search-during-a-rotation",
        "C19",
        "orgs/sealing/tokens.py",
        ("[key.search_key for key in secrets.versions.values()]", "[secrets.newest.search_key]"),
    ),
    guard(
        "no-store",
        "C20",
        "orgs/middleware.py",
        ('        response["Cache-Control"] = "no-store"\n', ""),
        tests="tests/test_permissions.py::test_places",
    ),
    guard(
        "paper-says-who",
        "C20",
        "config/templates/components/print_header.html",
        ("with name=request.user organization", 'with name="" organization'),
    ),
    guard(
        "no-script-reads-the-session",
        "C21",
        "config/settings/base.py",
        ("SESSION_COOKIE_HTTPONLY = True", "SESSION_COOKIE_HTTPONLY = False"),
    ),
    guard(
        "session-dead-at-sign-out",
        "C21",
        "orgs/session.py",
        ("    logout(request)\n", ""),
    ),
    guard(
        "error-shows-its-reference",
        "C22",
        "config/templates/error.html",
        ("<b>{{ number }}</b>", ""),
    ),
    guard(
        "tls-from-1-2-on", "C17", "docker/Caddyfile", ("protocols tls1.2 tls1.3", "protocols tls1.1 tls1.3")
    ),
    guard(
        "hashes-are-demanded",
        "C23",
        "requirements/install",
        ("--disable-pip-version-check --require-hashes", "--disable-pip-version-check"),
    ),
    guard(
        "log-lines-without-people",
        "C25",
        "config/logs.py",
        ("            without_people,\n", ""),
    ),
    guard(
        "a-year-at-least",
        "C15",
        "orgs/audit_functions.py",
        ("make_interval(days => greatest(keep_days, 365))", "make_interval(days => keep_days)"),
    ),
    guard(
        "rules-of-behavior-first",
        "C26",
        "orgs/session.py",
        ("    if not rules_of_behavior.stand(request.user):", "    if False:"),
    ),
    guard(
        "rules-of-behavior-every-year",
        "C26",
        "orgs/rules_of_behavior.py",
        ("clock.now() - accepted < LASTS", "True"),
    ),
    guard("backup-knows-its-end", "C24", "config/backup.py", ("    if source.read(1):\n", "    if False:\n")),
    guard(
        "chunks-in-their-order",
        "C24",
        "config/backup.py",
        (
            "box.encrypt(_nonce(number), chunk, head + _nonce(number) + end)",
            "box.encrypt(_nonce(0), chunk, end)",
        ),
        (
            "box.decrypt(_nonce(number), encrypted, head + _nonce(number) + end)",
            "box.decrypt(_nonce(0), encrypted, end)",
        ),
    ),
    guard(
        "dump-of-every-row",
        "C24",
        "config/dumping.py",
        ("        if not reads_all(connection):\n", "        if False:\n"),
    ),
    guard(
        "restored-counts-are-compared",
        "C24",
        "config/dumping.py",
        ('        if manifest["counts"].get(name) != found.get(name)\n', "        if False\n"),
    ),
)
