"""How many came by a poster: by whole month, small figures hidden, and nothing kept of who came (R46, R40).

Whoever opens a poster's address is counted once in the row of its code and month, of each organization that
has such a code; in each of the others the row of "no such code" goes up. So a right, a wrong and an ended
code do the same work, and each organization is asked in its own name, as for a letter. The program can read
no row of this table: what may be shown leaves `campaign_reach`, by the rule of `orgs.suppression`. Posters
share a month's total, no total crosses months, and a month is told once it is over: there is no second sum
from which a small figure could be worked out, and nobody can watch a figure for who has just been here.
Anybody can make posters and open them as often as they like: figures are whole tens, rounded down, and
a total stands beside two of them or more, so that taking away one's own gives nobody's.
"""

from datetime import date
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from . import clock, tenancy, totals
from .suppression import FLOOR

COUNT = """
CREATE OR REPLACE FUNCTION public.count_reach(asked text) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.referrals_campaigncount AS c (id, organization_id, campaign_id, month, number)
    SELECT gen_random_uuid(), mine.id,
           (SELECT p.id FROM public.referrals_campaign p
            WHERE p.organization_id = mine.id AND p.found_by = asked AND p.ended_at IS NULL),
           date_trunc('month', {now} AT TIME ZONE 'America/St_Thomas')::date, 1
    FROM (SELECT nullif(current_setting('causeway.organization', true), '')::uuid AS id) mine
    WHERE mine.id IS NOT NULL
    ON CONFLICT (organization_id, campaign_id, month) DO UPDATE SET number = c.number + 1
$$;
"""

# A poster is in each month in which it hung, also where nobody came: that is as small as one.
REACH = """
CREATE OR REPLACE FUNCTION public.campaign_reach(smallest bigint)
    RETURNS TABLE (month date, campaign uuid, reached bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine uuid := nullif(current_setting('causeway.organization', true), '')::uuid;
    bound bigint := greatest(smallest, {floor});
    this_one date := date_trunc('month', {now} AT TIME ZONE 'America/St_Thomas');
    hung uuid[];
    counts bigint[];
BEGIN
    FOR month IN SELECT (this_one - back * interval '1 month')::date FROM generate_series(1, 12) back
    LOOP
        SELECT array_agg(p.id ORDER BY p.id), array_agg(coalesce(c.number, 0)::bigint ORDER BY p.id)
          INTO hung, counts
          FROM public.referrals_campaign p
          LEFT JOIN public.referrals_campaigncount c
                 ON c.campaign_id = p.id AND c.month = campaign_reach.month
         WHERE p.organization_id = mine
           AND p.made_at < (campaign_reach.month + interval '1 month') AT TIME ZONE 'America/St_Thomas'
           AND (p.ended_at IS NULL
                OR p.ended_at >= campaign_reach.month::timestamp AT TIME ZONE 'America/St_Thomas');
        CONTINUE WHEN hung IS NULL;
        counts := public.suppressed(counts, bound);
        counts := array_agg(nullif(c / 10 * 10, 0) ORDER BY n) FROM unnest(counts) WITH ORDINALITY u(c, n);
        IF cardinality(array_remove(counts[1:cardinality(hung)], NULL)) < 2 THEN
            counts[cardinality(counts)] := NULL;
        END IF;
        campaign := NULL; reached := counts[cardinality(counts)];
        RETURN NEXT;
        FOR i IN 1 .. cardinality(hung) LOOP
            campaign := hung[i]; reached := counts[i];
            RETURN NEXT;
        END LOOP;
    END LOOP;
END $$;
"""


def sql(cursor):
    """The texts of the functions, for `orgs.definers`; none while their tables are not there."""
    cursor.execute("SELECT to_regclass('referrals_campaigncount')")
    if cursor.fetchone()[0] is None:
        return ()
    return tuple(text.replace("{floor}", str(FLOOR)).replace("{now}", clock.SQL) for text in (COUNT, REACH))


class Month(NamedTuple):
    """One month: its first day, how many came in all or None, and by campaign how many or None."""

    first: date
    total: int | None
    by_campaign: dict[UUID, int | None]

    @property
    def tells(self):
        """Whether a figure of any poster is shown."""
        return any(count is not None for count in self.by_campaign.values())


def count(code, organizations):
    """Somebody opened the address with this code (as it is looked for, or none): the same work for each."""
    for organization in organizations:
        with tenancy.acting_for(organization.pk), connection.cursor() as cursor:
            cursor.execute("SELECT count_reach(%s)", [code])


def months():
    """The acting organization's last twelve whole months in which a poster of theirs hung, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM campaign_reach(%s)", [totals.smallest()])
        rows = cursor.fetchall()
    for first, of_month in groupby(rows, key=lambda row: row[0]):
        counts = {campaign: reached for _first, campaign, reached in of_month}
        yield Month(first, counts.pop(None), counts)
