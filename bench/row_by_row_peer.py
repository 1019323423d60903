"""P4's peer, run with the Python that has psycopg2: one SELECT and one UPSERT per listing and day, each a transaction.

  row_by_row_peer.py DATABASE_URL FIRST_DAY LAST_DAY SAMPLE SEED

Prints the seconds that SAMPLE listing-days took, chosen at random among those of the days, as JSON.
"""

from __future__ import annotations

import json
import random
import sys
import time

import psycopg2

_SELECT = """PREPARE facts(int, int) AS SELECT
  COALESCE(SUM(listing_head) FILTER (WHERE counting=1), 0), COALESCE(SUM(order_head) FILTER (WHERE counting=1), 0),
  COALESCE(SUM(quantity) FILTER (WHERE counting=1), 0), COALESCE(SUM(amount) FILTER (WHERE counting=1), 0),
  COALESCE(SUM(listing_head) FILTER (WHERE counting=2), 0), COALESCE(SUM(order_head) FILTER (WHERE counting=2), 0),
  COALESCE(SUM(amount) FILTER (WHERE counting=2), 0),
  (SELECT visits FROM listing_visits WHERE tenant_id=1 AND day=$1 AND listing_id=$2)
  FROM order_lines WHERE tenant_id=1 AND day=$1 AND listing_id=$2 AND is_foreign=0"""
_UPSERT = """PREPARE store(int, int, int, int, bigint, bigint, int, int, bigint, bigint) AS
  INSERT INTO listing_metrics_daily VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, 0, 0, NULL)
  ON CONFLICT (tenant_id, day, listing_id) DO UPDATE SET orders=excluded.orders, order_heads=excluded.order_heads,
  units=excluded.units, gmv=excluded.gmv, cancelled_orders=excluded.cancelled_orders,
  cancelled_heads=excluded.cancelled_heads, cancelled_gmv=excluded.cancelled_gmv, visits=excluded.visits,
  attempt_id=excluded.attempt_id, written_at=excluded.written_at"""


def main(url: str, first: int, last: int, sample: int, seed: int) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    # Parsed and planned once, as a good client would.
    cursor.execute(_SELECT)
    cursor.execute(_UPSERT)
    cursor.execute("SELECT listing_id FROM listings WHERE tenant_id=1 ORDER BY listing_id")
    listings = [row[0] for row in cursor.fetchall()]
    choose = random.Random(seed)
    places = [(choose.randint(first, last), choose.choice(listings)) for _ in range(sample)]
    began = time.perf_counter()
    for day, listing in places:
        cursor.execute("EXECUTE facts(%s,%s)", (day, listing))
        values = cursor.fetchone()
        cursor.execute("EXECUTE store(%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)", (day, listing, *values))
    print(json.dumps({"seconds": time.perf_counter() - began, "listings": len(listings)}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
