"""Guards of whom the secrets are given to, and to which key others seal (R11, C19)."""

from .guard import guard

GUARDS = [
    guard(
        "keys-for-whom-somebody-gave-them",
        "R11 C19",
        "orgs/keyring/vouching.py",
        (
            "    return given, [key for key in holders if key not in given]\n",
            "    return list(holders), []\n",
        ),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "a-kit-that-somebody-made",
        "R11 C19",
        "orgs/keyring/rotation.py",
        ("if kit and not vouching.was_given(old, kit, old.current, kit.mac):", "if False:"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "a-mark-of-one-key",
        "R11",
        "orgs/keyring/vouching.py",
        ("hmac.digest(key, place + bytes(holder.public_key)", "hmac.digest(key, place"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "a-mark-of-one-holder",
        "R11",
        "orgs/keyring/vouching.py",
        ("|{kind}|{whose}|{holder.pk}|{version}|", "|{version}|"),
        ("place + bytes(holder.public_key)", "place"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "a-grant-of-before-is-of-one-key",
        "C19",
        "orgs/keyring/vouching.py",
        (
            "return hmac.compare_digest(held[1:], crypto.fingerprint(bytes(holder.public_key)))",
            "return True",
        ),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "a-planted-grant-is-replaced",
        "R11",
        "orgs/keyring/members.py",
        ("    if wrong:\n", "    wrong = set()\n    if wrong:\n"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "digits-of-the-key-that-is-held",
        "R11",
        "orgs/middleware.py",
        (
            "check_code(public_half(holding.private_key(request)))",
            "check_code(request.user.key.public_key)",
        ),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "nothing-to-a-key-that-its-member-lacks",
        "R11",
        "orgs/keyring/members.py",
        ("    if bytes(key.public_key) != public_half(private):\n", "    if False:\n"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "a-key-that-is-signed",
        "R11",
        "orgs/sealing/keys.py",
        ("or published.stands(organization)):", "or True):"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "members-doubt-a-strangers-key",
        "R11",
        "orgs/keyring/published.py",
        ("secrets if fits and stands(organization) else", "secrets if fits else"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "doubted-secrets-seal-nothing",
        "R11",
        "orgs/sealing/keys.py",
        ("    if secrets.doubted:\n", "    if False:\n"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "no-successor-of-a-replaced-key",
        "R11 C19",
        "orgs/keyring/published.py",
        ("elif row.previous == max(found, default=None):", "elif row.previous in found:"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "a-doubt-is-told",
        "R11",
        "orgs/middleware.py",
        ("            published.alarm(doubted)\n", "            pass\n"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "an-upgrades-mark-is-a-migrations",
        "R11 C19",
        "orgs/rls.py",
        ('(OWN, f"{OWN} AND octet_length(mac) = 32")', "(OWN, OWN)"),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "no-published-key-without-a-signature",
        "R11 C19",
        "orgs/rls.py",
        ('("true", f"{OWN} AND signature IS NOT NULL")', '("true", OWN)'),
        tests="tests/test_planted_keys.py",
    ),
    guard(
        "keys-stay-as-they-were-made",
        "R11 C19",
        "orgs/rls.py",
        ("        if table in NEVER_CHANGED | KEPT_COLUMNS.keys():\n", "        if False:\n"),
        tests="tests/test_planted_keys.py",
    ),
]
