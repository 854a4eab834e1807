"""Guards of a member's last day: of the account, of what is left, of who may know of it."""

from .guard import constraint, guard

GUARDS = (
    guard(
        "nothing-opens-after-the-last-day",
        "C9",
        "orgs/sign_in.py",
        ("return user.is_active and not user.has_left and", "return user.is_active and"),
    ),
    guard(
        "what-a-leaver-holds-waits",
        "C9",
        "orgs/models/leaving.py",
        ("            if holds != bool(self.left_at):\n", "            if False:\n"),
    ),
    guard(
        "last-administrator-is-kept",
        "C10",
        "orgs/models/leaving.py",
        (
            "            if self.role == Role.ADMINISTRATOR and not self._others_rule():\n",
            "            if False:\n",
        ),
    ),
    guard(
        "kept-until-another-can-work",
        "C10",
        "orgs/models/leaving.py",
        ("any(not other.leaves_at and not other.is_dormant for other in others)", "bool(others)"),
    ),
    guard(
        "what-was-left-behind-a-wall-is-not-told-of",
        "R42",
        "orgs/models/leaving.py",
        (
            "return Q(left_at__isnull=False) & ~holdings.holding(viewer.organization_id, viewer)",
            "return Q(pk__in=[])",
        ),
    ),
    guard(
        "what-was-left-behind-a-wall-is-not-counted",
        "R42",
        "config/navigation.py",
        ('        .exclude(subject_id__in=User.objects.filter(User.behind_wall(user)).values("pk"))\n', ""),
    ),
    guard(
        "last-supervisor-above-a-record-stays",
        "R42",
        "orgs/models/membership.py",
        ("self.is_active and holdings.only_above(self)", "False"),
    ),
    guard(
        "no-wall-counts-on-one-who-goes",
        "R42",
        "cases/models/wall.py",
        ("    above = above.filter(leaves_at=None)", "    above = above.filter()"),
    ),
    guard(
        "a-leavers-draft-goes-to-the-heads",
        "C9",
        "referrals/access.py",
        ("if not referral.referrer.is_active:", "if False:"),
    ),
    guard(
        "sessions-end-with-the-account",
        "C9",
        "orgs/models/closing.py",
        (
            "        session_list.close(self.session_starts.filter(ended_at=None))\n        self._hear",
            "        self._hear",
        ),
    ),
    guard(
        "keys-change-after-a-last-day",
        "C9",
        "orgs/models/closing.py",
        ("        if self._lose_key():\n            self._owe_keys()\n", "        self._lose_key()\n"),
    ),
    guard(
        "keys-keep-nobody-in",
        "C9 C19",
        "orgs/models/closing.py",
        ("        except (NotNow, sealing.Locked) as why:\n", "        except sealing.Doubted as why:\n"),
    ),
    guard(
        "keys-that-could-not-change-are-owed",
        "C9 C19",
        "orgs/models/closing.py",
        ("            self._owe_keys()\n            doubted =", "            doubted ="),
    ),
    guard(
        "a-way-back-keeps-no-keys",
        "C9 C19",
        "orgs/models/closing.py",
        (" or self.readmitted_at is not None\n", "\n"),
    ),
    guard(
        "owed-keys-break-no-page",
        "R11 C19",
        "orgs/keyring/rotation.py",
        ("    with suppress(NotNow, Doubted), transaction.atomic():\n", "    with transaction.atomic():\n"),
    ),
    guard(
        "shut-out-with-full-hands",
        "C9",
        "orgs/models/closing.py",
        (
            "            self._withdraw_invitations(actor)\n",
            "            self._refuse_if_holding()\n            self._withdraw_invitations(actor)\n",
        ),
    ),
    guard(
        "what-the-shut-out-hold-waits-at-once",
        "C9",
        "orgs/models/closing.py",
        ("            self.settle_left()\n            settle_above", "            settle_above"),
    ),
    guard(
        "no-invitation-of-the-shut-out-lets-in",
        "C9",
        "orgs/models/closing.py",
        ("            self._withdraw_invitations(actor)\n", ""),
    ),
    guard(
        "no-invitation-keeps-anybody-in",
        "C9",
        "orgs/models/closing.py",
        ('ours.select_for_update(of=("self",)):', "ours:"),
        ("            with suppress(Invitation.DoesNotExist):\n", "            if True:\n"),
    ),
    guard(
        "one-who-is-closed-keeps-no-list-from-being-kept",
        "C9",
        "orgs/views/account_review.py",
        ("    except NotNow:\n        return False\n", "    except LookupError:\n        return False\n"),
    ),
    guard(
        "somebody-is-above-every-record",
        "R42",
        "orgs/models/leaving.py",
        ("    if holdings.nobody_above(organization_id):\n", "    if False:\n"),
    ),
    guard(
        "who-cannot-come-in-is-above-nothing",
        "R42",
        "orgs/models/user.py",
        (
            "        return self.active().filter(lately, models.Exists(secrets))\n",
            "        return self.active()\n",
        ),
    ),
    guard(
        "whoever-proposed-a-purge-still-decides",
        "R35",
        "cases/models/purge.py",
        ("        if self.proposed_by and not self.proposer_still_decides:\n", "        if False:\n"),
    ),
    constraint("last-day-set-by-another", "C10", "orgs_user", "last_day_set_by_another"),
)
