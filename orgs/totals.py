"""What oversight may know of the territory: referrals sent, by whole quarter, island and kind (R13, R46).

Islands share a quarter's total and kinds share an island's. Of an island that is hidden no kind is shown, and
no total crosses islands or quarters, so there is no second sum from which a figure could be worked out. A
quarter is counted once it is over, so that no answer can be taken from a later one. The state of a packet
is not asked: what became of it is nobody's to know here (R3).

The counting and the hiding happen in functions of the owner role, inside the wall: what leaves them is what
may be shown. `suppressed` is the rule of `orgs.suppression` once more, in SQL.
"""

from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from . import clock
from .suppression import FLOOR, SMALLEST, smallest_shown

KINDS = {
    "trafficking": _("Human trafficking"),
    "domestic_violence": _("Domestic and dating violence"),
    "sexual_assault": _("Sexual assault"),
    "child_abuse": _("Child abuse"),
    "stalking": _("Stalking"),
    "several": _("Several of these"),
    "other": _("Other, or not said"),
}
ISLANDS = {
    "STX": _("St. Croix"),
    "STT": _("St. Thomas"),
    "STJ": _("St. John"),
    "WTI": _("Water Island"),
    "other": _("Not said"),
}

SUPPRESSED = """
CREATE OR REPLACE FUNCTION public.suppressed(counts bigint[], smallest bigint) RETURNS bigint[]
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    total bigint := (SELECT coalesce(sum(c), 0) FROM unnest(counts) c);
    shown bigint[] := counts;
    together bigint := 0;
    hidden int := 0;
    place int;
BEGIN
    IF total < smallest THEN
        RETURN array_fill(NULL::bigint, ARRAY[cardinality(counts) + 1]);
    END IF;
    FOR place IN SELECT n FROM unnest(counts) WITH ORDINALITY u(c, n) WHERE c < smallest LOOP
        together := together + counts[place];
        hidden := hidden + 1;
        shown[place] := NULL;
    END LOOP;
    WHILE hidden > 0
          AND NOT (hidden >= 2 AND smallest <= together AND together < hidden * (smallest - 1)) LOOP
        place := (SELECT n FROM unnest(shown) WITH ORDINALITY u(c, n) WHERE c IS NOT NULL
                  ORDER BY c, n LIMIT 1);
        EXIT WHEN place IS NULL;
        together := together + counts[place];
        hidden := hidden + 1;
        shown[place] := NULL;
    END LOOP;
    RETURN shown || total;
END $$;
"""

# One packet, one island, one kind.
SENT_IN = """
CREATE OR REPLACE FUNCTION public.referrals_sent_in(first date) RETURNS TABLE (island text, kind text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH kinds (kind, code) AS (VALUES
        ('domestic_violence', 'V10'), ('domestic_violence', 'V24'), ('sexual_assault', 'V02'),
        ('sexual_assault', 'V03'), ('child_abuse', 'V07'), ('child_abuse', 'V08'), ('child_abuse', 'V09'),
        ('stalking', 'V22'))
    SELECT CASE WHEN r.island_needed IN ('STX', 'STT', 'STJ', 'WTI') THEN r.island_needed ELSE 'other' END,
           CASE WHEN r.trafficking_kind <> '' OR r.victimizations && ARRAY['V14', 'V15']::varchar[]
                THEN 'trafficking'
                ELSE (SELECT CASE count(DISTINCT coalesce(k.kind, 'other'))
                             WHEN 0 THEN 'other' WHEN 1 THEN coalesce(min(k.kind), 'other')
                             ELSE 'several' END
                      FROM unnest(r.victimizations) v LEFT JOIN kinds k ON k.code = v) END
    FROM public.referrals_referral r
    WHERE r.sent_at >= first::timestamp AT TIME ZONE 'America/St_Thomas'
      AND r.sent_at < (first + interval '3 months') AT TIME ZONE 'America/St_Thomas'
$$;
"""

TOTALS = """
DROP POLICY IF EXISTS totals ON public.referrals_referral;
CREATE POLICY totals ON public.referrals_referral FOR SELECT TO CURRENT_USER USING (true);
CREATE OR REPLACE FUNCTION public.referral_totals(smallest bigint)
    RETURNS TABLE (quarter date, island text, kind text, sent bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bound bigint := greatest(smallest, {floor});
    this_one date := date_trunc('quarter', {now} AT TIME ZONE 'America/St_Thomas');
    islands text[] := ARRAY['STX', 'STT', 'STJ', 'WTI', 'other'];
    kinds text[] := ARRAY['trafficking', 'domestic_violence', 'sexual_assault', 'child_abuse', 'stalking',
                          'several', 'other'];
    places bigint[];
    cells bigint[];
BEGIN
    FOR quarter IN
        SELECT (this_one - back * interval '3 months')::date FROM generate_series(1, 8) back
    LOOP
        SELECT array_agg(n ORDER BY p) INTO places FROM (
            SELECT p, count(r.island) AS n FROM generate_subscripts(islands, 1) p
            LEFT JOIN public.referrals_sent_in(quarter) r ON r.island = islands[p] GROUP BY p) counted;
        places := public.suppressed(places, bound);
        island := NULL; kind := NULL; sent := places[cardinality(places)];
        RETURN NEXT;
        CONTINUE WHEN sent IS NULL;
        FOR i IN 1 .. cardinality(islands) LOOP
            island := islands[i]; kind := NULL; sent := places[i];
            RETURN NEXT;
            CONTINUE WHEN sent IS NULL;
            SELECT array_agg(n ORDER BY p) INTO cells FROM (
                SELECT p, count(r.kind) AS n FROM generate_subscripts(kinds, 1) p
                LEFT JOIN public.referrals_sent_in(quarter) r ON r.kind = kinds[p] AND r.island = islands[i]
                GROUP BY p) counted;
            cells := public.suppressed(cells, bound);
            FOR k IN 1 .. cardinality(kinds) LOOP
                kind := kinds[k]; sent := cells[k];
                RETURN NEXT;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;
"""


def sql(cursor):
    """The texts of the functions, for `orgs.definers`; without the tables that they count, only the rule."""
    cursor.execute("SELECT to_regclass('referrals_referral')")
    if cursor.fetchone()[0] is None:
        return (SUPPRESSED,)
    return (SUPPRESSED, SENT_IN, TOTALS.replace("{floor}", str(FLOOR)).replace("{now}", clock.SQL))


class Quarter(NamedTuple):
    """One quarter: its first day, all packets or None, and rows of (island, all or None, counts by kind)."""

    first: date
    total: int | None
    islands: list


def smallest():
    """The smallest figure shown: a setting of the installation, never below the floor."""
    return smallest_shown(getattr(settings, "SMALLEST_COUNT_SHOWN", SMALLEST))


def quarters():
    """The last eight whole quarters, newest first, as they may be shown: a hidden figure is None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quarter, island, kind, sent FROM referral_totals(%s)", [smallest()])
        return [_quarter(first, list(rows)) for first, rows in groupby(cursor.fetchall(), lambda row: row[0])]


def _quarter(first, rows):
    cells = {(island, kind): sent for _first, island, kind, sent in rows}
    total = cells[None, None]
    islands = [
        (name, cells.get((code, None)), [cells.get((code, kind)) for kind in KINDS])
        for code, name in ISLANDS.items()
    ]
    return Quarter(first, total, islands if total is not None else [])
