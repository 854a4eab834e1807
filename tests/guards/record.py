"""Guards of the audit, the sealing of fields, logs and copies (C11-C26)."""

from .guard import constraint, guard

GUARDS = (
    guard(
        "views-of-cases-on-record",
        "C11",
        "orgs/access.py",
        (
            "    audit.opened(member, record, f\"{permission} by {held_by.get(verb, 'emergency')}\")\n",
            "",
        ),
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
        "orgs/audit_functions.py",
        ("(SELECT clock_timestamp() AS at", "(SELECT date_trunc('second', clock_timestamp()) AS at"),
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
        "orgs/audit_reviews.py",
        (
            '        row.save(force_insert=True)\n        audit.write(actor, "review_audit"',
            '        audit.write(actor, "review_audit"',
        ),
    ),
    guard(
        "against-the-usual-week",
        "C16",
        "orgs/findings.py",
        ("(rule.always or count > TIMES * usually)", "True"),
    ),
    guard(
        "hours-of-the-islands",
        "C16",
        "orgs/audit_week.py",
        (
            'clock=TruncTime("at", tzinfo=ISLANDS),',
            'clock=TruncTime("at", tzinfo=__import__("datetime").UTC),',
        ),
    ),
    guard(
        "answered-as-it-was-shown",
        "C16",
        "orgs/audit_reviews.py",
        ("        if found and found.figures != figures:\n", "        if False:\n"),
    ),
    guard(
        "read-as-it-was-shown",
        "C16",
        "orgs/audit_reviews.py",
        ("        if keys != {one.key for one in found}:\n", "        if False:\n"),
    ),
    guard(
        "nobody-answers-for-themselves",
        "C16 C10",
        "orgs/audit_reviews.py",
        ("        if own and not is_alone(actor):\n", "        if False:\n"),
    ),
    guard(
        "nobody-answers-alone-for-having-put-out",
        "C16 C10",
        "orgs/alone.py",
        (".with_a_say()", ".in_role(Role.ADMINISTRATOR)"),
    ),
    guard(
        "nobody-keeps-themselves-for-having-put-out",
        "C9 C10",
        "orgs/models/membership.py",
        (
            "if self.pk == actor.pk and self._another_than(actor):",
            "if self.pk == actor.pk and self._administrators != {actor.pk}:",
        ),
    ),
    constraint("answered-by-another", "C16 C10", "orgs_auditreview", "audit_reviewed_by_another"),
    guard(
        "answers-are-only-added",
        "C16",
        "orgs/rls.py",
        ('    "orgs_auditreview",\n', ""),
        tests="tests/test_schema.py",
    ),
    guard(
        "no-week-is-left-out",
        "C16",
        "orgs/audit_reviews.py",
        (
            "    oldest = _unread(organization_id, Week.of(clock.now()))[0]\n",
            "    oldest = _unread(organization_id, Week.of(clock.now()))[-1]\n",
        ),
    ),
    guard(
        "week-knows-the-wall",
        "R42",
        "orgs/audit_week.py",
        (
            "    lines = audit_search.lines_for(reader).order_by()\n",
            "    lines = audit_search.lines_of(reader.organization_id).order_by()\n",
        ),
    ),
    guard(
        "receipt-on-record",
        "C11",
        "cases/views/receipt.py",
        ('    audit.viewed(request.user, case, "receipt")\n', ""),
    ),
    guard(
        "receipt-says-why",
        "C12",
        "orgs/receipts.py",
        ('        yield from told.get("name", [_("it was given to them by name")])\n', "        pass\n"),
    ),
    guard(
        "receipt-for-those-who-answer",
        "C10",
        "cases/access.py",
        ('    "record_death",\n)\nSUPERVISOR', '    "record_death",\n    "receipt",\n)\nSUPERVISOR'),
    ),
    guard(
        "answers-know-the-wall",
        "R42",
        "orgs/audit_reviews.py",
        ("    return rows.exclude(record__in=hidden) if hidden else rows\n", "    return rows\n"),
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
        "signed-day-against-a-cut",
        "C14 C15",
        "orgs/audit_heads.py",
        ("head.sequence and head.day > (", "head.sequence and head.signed_at.date() > ("),
    ),
    guard(
        "no-cut-from-the-future",
        "C14 C15",
        "orgs/audit_heads.py",
        ("    if cut.at > _moment():\n", "    if False:\n"),
    ),
    guard(
        "a-cut-and-its-line-are-one-act",
        "C14 C15",
        "orgs/audit_heads.py",
        ("    if not any(abs(at - cut.at) < AT_ONCE for at in said):\n", "    if False:\n"),
    ),
    guard(
        "a-cut-lies-in-an-export",
        "C14 C15",
        "orgs/audit_heads.py",
        ("    if not any(_covers(export, cut, ours) for export in exports):\n", "    if False:\n"),
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
