"""The peers' SQL: the same listing-days as Onda's rebuild, computed and upserted by one statement."""

from __future__ import annotations

import enum

TABLE = "listing_metrics_daily"
_SUMS = {
    # value: which lines, what is added
    "orders": ("counting=1 AND is_foreign=0", "listing_head"),
    "order_heads": ("counting=1 AND is_foreign=0", "order_head"),
    "units": ("counting=1 AND is_foreign=0", "quantity"),
    "gmv": ("counting=1 AND is_foreign=0", "amount"),
    "cancelled_orders": ("counting=2 AND is_foreign=0", "listing_head"),
    "cancelled_heads": ("counting=2 AND is_foreign=0", "order_head"),
    "cancelled_gmv": ("counting=2 AND is_foreign=0", "amount"),
    "foreign_orders": ("counting=1 AND is_foreign=1", "order_head"),
}
_VALUES = [*_SUMS, "visits"]

# The columns of a metric row, for a peer that has to make the table itself.
TABLE_SQL = f"""CREATE TABLE {TABLE} (
  tenant_id INTEGER, day INTEGER, listing_id INTEGER, orders INTEGER, order_heads INTEGER, units BIGINT, gmv BIGINT,
  cancelled_orders INTEGER, cancelled_heads INTEGER, cancelled_gmv BIGINT, foreign_orders INTEGER, visits BIGINT,
  attempt_id INTEGER, written_at BIGINT, previous TEXT, PRIMARY KEY (tenant_id, day, listing_id))"""

# What must be the same whoever computed the rows.
CHECK_SQL = f"""SELECT COUNT(*), SUM(orders), SUM(order_heads), SUM(units), SUM(gmv), SUM(cancelled_orders),
  SUM(cancelled_gmv), SUM(foreign_orders), SUM(visits), COUNT(visits) FROM {TABLE}"""

# As Onda opens its own databases (db/sqlite).
SQLITE_PRAGMAS = """PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
PRAGMA temp_store=MEMORY;
PRAGMA cache_size=-32000;
PRAGMA wal_autocheckpoint=8000;
"""


class Engine(enum.Enum):
    """How each engine says "the whole numbers from a to b" and "is not the same, NULL included"."""

    SQLITE = (
        "(WITH RECURSIVE d(day) AS (SELECT {a} UNION ALL SELECT day+1 FROM d WHERE day<{b}) SELECT day FROM d)",
        "IS NOT",
    )
    POSTGRES = ("generate_series({a},{b})", "IS DISTINCT FROM")
    DUCKDB = ("range({a},{b}+1)", "IS DISTINCT FROM")


def upsert(engine: Engine, first: int, last: int, only_differences: bool = False) -> str:
    """One statement: all listing-days of the days first … last, written whether or not they changed.

    With `only_differences` rows that would not change are left alone: the strongest single statement there is.
    """
    days, differs = engine.value
    sums = ",\n    ".join(
        f"SUM(CASE WHEN {which} THEN {what} ELSE 0 END) AS {name}" for name, (which, what) in _SUMS.items()
    )
    values = ", ".join(f"COALESCE(s.{name},0)" for name in _SUMS)
    sets = ", ".join(f"{name}=excluded.{name}" for name in [*_VALUES, "attempt_id", "written_at"])
    alias = "d" if engine is Engine.SQLITE else "d(day)"
    statement = f"""WITH s AS (
  SELECT day, listing_id,
    {sums}
  FROM order_lines WHERE tenant_id=1 AND day BETWEEN {first} AND {last} GROUP BY day, listing_id)
INSERT INTO {TABLE}
SELECT 1, d.day, l.listing_id, {values}, v.visits, 0, 0, NULL
FROM {days.format(a=first, b=last)} AS {alias} CROSS JOIN listings l
LEFT JOIN s ON s.day=d.day AND s.listing_id=l.listing_id
LEFT JOIN listing_visits v ON v.tenant_id=1 AND v.day=d.day AND v.listing_id=l.listing_id
  AND v.day BETWEEN {first} AND {last}
WHERE l.tenant_id=1 AND (l.live_from<=d.day AND (l.live_to IS NULL OR l.live_to>=d.day)
  OR s.day IS NOT NULL OR v.day IS NOT NULL)
ON CONFLICT (tenant_id, day, listing_id) DO UPDATE SET {sets}"""
    if only_differences:
        changed = " OR ".join(f"{TABLE}.{name} {differs} excluded.{name}" for name in _VALUES)
        statement += f"\nWHERE {changed}"
    return statement + ";\n"
