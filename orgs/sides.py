"""What each side may change of a row that two organizations share, held by triggers of the owner role.

Row-level security says which rows; this page says which columns, and which states a side can bring about. A
receiver can never write the sender's word into a packet or a handoff, nor the sender the receiver's (R10,
R16); a column that is not named here is the sender's. An organization's kind is fixed (R9, R12).
"""

from typing import NamedTuple


class Sides(NamedTuple):
    """`receivers`: what the receiver alone may set; `both`: what it may set as well as the sender.

    `clears`: whether the sender may empty what is the receiver's, as a packet does that is sent on.
    """

    receivers: tuple
    both: tuple
    receiver_states: tuple
    sender_states: tuple
    clears: bool = False


SIDES = {
    "referrals_referral": Sides(
        receivers=("acknowledged_at", "acknowledged_by_id"),
        both=("state", "changed_at", "closes_at", "asked_at", "reason", "ended_at"),
        receiver_states=("acknowledged", "information_requested", "undeliverable"),
        sender_states=("draft", "discarded", "sent", "delivered", "undeliverable", "acknowledged", "recalled",
                       "entered_in_error", "closed_to_referrer"),
        clears=True,
    ),
    "referrals_handoff": Sides(
        receivers=("acknowledged_at", "acknowledged_by_id", "accepted_at", "accepted_by_id",
                   "receiver_advocate_id", "receiver_contact", "receiver_confirmed_at",
                   "receiver_confirmed_by_id"),
        both=("state", "changed_at", "connected_at", "reason", "ended_at", "call_at", "call_asked_at",
              "call_asked_by", "call_agreed_at"),
        receiver_states=("acknowledged", "accepted", "declined", "connected", "completed"),
        sender_states=("draft", "supervisor_review", "returned", "discarded", "offered", "recalled",
                       "connected"),
    ),
}  # fmt: skip

KEEP_SIDES = """
CREATE OR REPLACE FUNCTION public.keep_sides() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine uuid := nullif(current_setting('causeway.organization', true), '')::uuid;
    receivers text[] := TG_ARGV[0]; both_sides text[] := TG_ARGV[1]; states text[] := TG_ARGV[2];
    was jsonb := to_jsonb(OLD); is_now jsonb := to_jsonb(NEW); wrong text[];
BEGIN
    IF mine = OLD.organization_id THEN
        states := TG_ARGV[3];
        wrong := ARRAY(SELECT key FROM jsonb_each(is_now) WHERE value <> was -> key AND key = ANY (receivers)
                       AND NOT (TG_ARGV[4]::boolean AND value = 'null'));
        IF OLD.organization_id <> NEW.organization_id THEN
            wrong := wrong || 'organization_id'::text;
        END IF;
    ELSIF mine IS NOT NULL THEN
        wrong := ARRAY(SELECT key FROM jsonb_each(is_now) WHERE value <> was -> key
                       AND NOT key = ANY (receivers || both_sides));
    END IF;
    IF mine IS NOT NULL AND OLD.state <> NEW.state AND NOT NEW.state = ANY (states) THEN
        wrong := wrong || 'state'::text;
    END IF;
    IF cardinality(wrong) > 0 THEN
        RAISE insufficient_privilege USING MESSAGE = format('%s of %s is for the other side to write',
            array_to_string(wrong, ', '), TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.keep_sides() FROM PUBLIC;
"""

KEEP_KIND = """
CREATE OR REPLACE FUNCTION public.keep_kind() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.kind <> OLD.kind OR NEW.id <> OLD.id THEN
        RAISE insufficient_privilege USING MESSAGE = 'the kind of an organization is fixed';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION public.keep_kind() FROM PUBLIC;
CREATE OR REPLACE TRIGGER keep_kind BEFORE UPDATE ON public.orgs_organization
    FOR EACH ROW EXECUTE FUNCTION public.keep_kind();
"""


def apply(cursor):
    """Put the triggers on, or anew; those of tables that are not there yet come with their migration."""
    cursor.execute(KEEP_SIDES)
    cursor.execute(KEEP_KIND)
    for table, sides in SIDES.items():
        cursor.execute("SELECT to_regclass(%s)", [f"public.{table}"])
        if cursor.fetchone()[0] is None:
            continue
        lists = (sides.receivers, sides.both, sides.receiver_states, sides.sender_states)
        said = ", ".join(f"'{{{','.join(names)}}}'" for names in lists)
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER keep_sides BEFORE UPDATE ON public.{table} "
            f"FOR EACH ROW EXECUTE FUNCTION public.keep_sides({said}, '{sides.clears}')"
        )
