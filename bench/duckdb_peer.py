"""P3's peer, run with the Python that has DuckDB: `load` makes a database of facts, `rebuild` computes and upserts.

  duckdb_peer.py load DATABASE FOLDER_OF_CSV_FILES
  duckdb_peer.py rebuild DATABASE FIRST_DAY LAST_DAY THREADS

`rebuild` runs the statement twice and prints {"seconds": [first, second], "check": [...]} as JSON.
"""

from __future__ import annotations

import json
import sys
import time

import duckdb

from peers import CHECK_SQL, TABLE_SQL, Engine, upsert

# Typed as in Onda's own schema.
_TABLES = {
    "order_lines": """tenant_id INTEGER, day INTEGER, listing_id INTEGER, order_id BIGINT, line INTEGER, "at" BIGINT,
      counting INTEGER, is_foreign INTEGER, order_head INTEGER, listing_head INTEGER, quantity BIGINT, amount BIGINT""",
    "listing_visits": "tenant_id INTEGER, day INTEGER, listing_id INTEGER, visits BIGINT",
    "listings": "tenant_id INTEGER, listing_id INTEGER, live_from INTEGER, live_to INTEGER",
}


def load(database: str, folder: str) -> None:
    connection = duckdb.connect(database)
    for table, columns in _TABLES.items():
        connection.execute(f"CREATE TABLE {table} ({columns})")
        connection.execute(f"COPY {table} FROM '{folder}/{table}.csv' (HEADER, NULLSTR '')")
    connection.execute(TABLE_SQL)
    connection.execute("CHECKPOINT")
    connection.close()


def rebuild(database: str, first: int, last: int, threads: int) -> None:
    connection = duckdb.connect(database, config={"threads": threads})
    statement = upsert(Engine.DUCKDB, first, last)
    seconds = []
    for _ in range(2):
        began = time.perf_counter()
        connection.execute(statement).fetchall()
        seconds.append(time.perf_counter() - began)
    check = connection.execute(CHECK_SQL).fetchone()
    print(json.dumps({"seconds": seconds, "check": [int(value) for value in check]}))


if __name__ == "__main__":
    if sys.argv[1] == "load":
        load(sys.argv[2], sys.argv[3])
    else:
        rebuild(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
