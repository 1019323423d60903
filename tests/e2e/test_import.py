"""What goes in: CSV, NDJSON and HTTP streams; what is refused, and how it is said."""
import csv
import datetime
import json

import pytest

from harness import ndjson, order, serving

NOW = "2026-02-10T15:30:00Z"
HEADER = "order_id,status,ordered_at,paid_at,updated_at,line,listing_id,title,quantity,unit_price\n"
NOTHING = {"read": 0, "created": 0, "updated": 0, "unchanged": 0, "ignored": 0, "rejected": 0, "staleDays": 0}


def row(order_id, line=1, listing="MLB1", quantity=1, price="10.00", updated="2026-02-01T13:00:00Z", status="paid",
        paid="2026-02-01T12:00:00Z"):
    return f"{order_id},{status},{paid},{paid},{updated},{line},{listing},Title {listing},{quantity},{price}\n"


@pytest.fixture
def shop(onda):
    onda.now = NOW
    onda.run("init")
    onda.tenant()
    return onda


@pytest.fixture
def load(shop):
    """Imports a file of that content and returns the report; the shop's folder is where files are."""
    def load(kind, content, *options, name="data.csv", code=0):
        (shop.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        report = shop.json("import", kind, name, "-t", "Loja", *options, code=code)
        return {k: v for k, v in report.items() if v or k == "read"}
    return load


def facts(database):
    """(order, line, listing, day, quantity, amount in cents, counting) of every stored line."""
    rows = database.sql("SELECT o.external_id, l.line, s.external_id, l.day, l.quantity, l.amount, l.counting FROM order_lines l "
                        "JOIN orders o ON o.tenant_id=l.tenant_id AND o.order_id=l.order_id "
                        "JOIN listings s ON s.tenant_id=l.tenant_id AND s.listing_id=l.listing_id ORDER BY 1, 2")
    return [(o, int(n), s, day_of(day), int(q), int(a), int(c)) for o, n, s, day, q, a, c in rows]


def day_of(number):
    return str(datetime.date(1970, 1, 1) + datetime.timedelta(int(number)))


def rejected(shop, name="data.csv"):
    """(line number, reason, the line as it was); under the header of the file itself."""
    with open(shop.folder / f"{name}.rejected.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:2] == ["line_number", "reason"] and (rows[0][2:] == ["raw"] or rows[0][2] == "order_id")
    return [(int(number), reason, ",".join(raw)) for number, reason, *raw in rows[1:]]


def test_csv(shop, database, load):
    assert load("orders", HEADER + row(1) + row(1, 2, "MLB2", 3, "2.50") + row(2, status="cancelled")) == {
        "read": 3, "created": 2, "staleDays": 1}
    assert facts(database) == [("1", 1, "MLB1", "2026-02-01", 1, 1000, 1), ("1", 2, "MLB2", "2026-02-01", 3, 750, 1),
                               ("2", 1, "MLB1", "2026-02-01", 1, 1000, 2)]
    assert not list(shop.folder.glob("*.rejected.csv"))


def test_ndjson_nested_and_flat_are_the_same_facts_as_csv(shop, database, load):
    load("orders", HEADER + row(1) + row(1, 2, "MLB2", 3, "2.50"))
    wanted = facts(database)
    nested = order("1", [("MLB1", 1, 10), ("MLB2", 3, "2.50")], updatedAt="2026-02-01T13:00:00Z")
    assert load("orders", ndjson(nested), name="nested.ndjson") == {"read": 1, "unchanged": 1}
    flat = [{**{k: v for k, v in nested.items() if k != "lines"}, **line, "line": i + 1} for i, line in enumerate(nested["lines"])]
    assert load("orders", ndjson(*flat), name="flat.ndjson") == {"read": 2, "unchanged": 1}
    assert facts(database) == wanted


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
def test_a_brazilian_file(database, load, encoding):
    """Semicolons, decimal commas, day/month/year in the tenant's wall time, whatever the encoding; CRLF, quotes."""
    text = ('Order_ID;STATUS;OrderedAt;paid_at;listing_id;title;quantity;unit_price\r\n'
            '7;Paid;31/01/2026 23:30;01/02/2026 00:10;MLB1;"Calção ""bebê""; azul";2;R$ 1.234,56\r\n'
            '8;paid;31/01/2026 23:30:15;;MLB2;Pão;1;0,5\r\n')
    assert load("orders", text.encode(encoding)) == {"read": 2, "created": 2, "staleDays": 2}
    assert facts(database) == [("7", 1, "MLB1", "2026-02-01", 2, 246912, 1), ("8", 1, "MLB2", "2026-01-31", 1, 50, 1)]
    assert database.sql("SELECT title FROM listings ORDER BY listing_id") == [('Calção "bebê"; azul',), ("Pão",)]


def test_the_business_day_is_that_of_the_payment_in_the_tenants_zone(database, load):
    load("orders", HEADER + row(1, paid="2026-02-01T02:59:59Z") + row(2, paid="2026-02-01T03:00:00Z") +
         "3,paid,2018-11-04 00:30,,,1,MLB1,,1,1\n4,paid,2026-01-31T23:00:00-03:00,2026-02-01T00:00:00-03:00,,1,MLB1,,1,1\n")
    assert [(f[0], f[3]) for f in facts(database)] == [("1", "2026-01-31"), ("2", "2026-02-01"), ("3", "2018-11-04"), ("4", "2026-02-01")]


def test_the_newest_version_of_an_order_wins_whole(database, load):
    v1, v2, v3 = (f"2026-02-0{n}T13:00:00Z" for n in (1, 2, 3))
    two_lines = row(1, updated=v2) + row(1, 2, "MLB2", updated=v2)
    load("orders", HEADER + two_lines)
    assert load("orders", HEADER + two_lines) == {"read": 2, "unchanged": 1}, "the same"
    assert load("orders", HEADER + row(1, price="1", updated=v1)) == {"read": 1, "ignored": 1}, "an older one"
    assert load("orders", HEADER + row(1, price="1", updated=v2)) == {"read": 1, "ignored": 1}, "another of the same version"
    assert load("orders", HEADER + two_lines.replace(v2, v3)) == {"read": 2, "updated": 1}, "newer, but nothing that counts differs"
    assert [f[2] for f in facts(database)] == ["MLB1", "MLB2"]
    assert load("orders", HEADER + row(1, price="1", updated="2026-02-04T13:00:00Z")) == {"read": 1, "updated": 1}
    assert facts(database) == [("1", 1, "MLB1", "2026-02-01", 1, 100, 1)], "its second line is gone"


def test_an_order_without_a_version_replaces_what_differs(database, load):
    load("orders", HEADER + row(1, updated=""))
    assert load("orders", HEADER + row(1, updated="")) == {"read": 1, "unchanged": 1}
    assert load("orders", HEADER + row(1, updated="", price="3"))["updated"] == 1
    assert facts(database)[0][5] == 300


def test_a_payment_that_moves_marks_both_days(shop, database, load):
    load("orders", HEADER + row(1))
    shop.run("refresh", "-t", "Loja")
    assert load("orders", HEADER + row(1, paid="2026-02-03T12:00:00Z", updated="2026-02-05T00:00:00Z")) == {
        "read": 1, "updated": 1, "staleDays": 2}
    shop.run("refresh", "-t", "Loja")
    assert database.sql("SELECT date, orders FROM listing_metrics WHERE orders>0") == [("2026-02-03", "1")]


def test_rejected_lines_are_kept_with_number_and_reason(shop, database, load):
    bad = [(row(2, quantity=0), 'quantity: "0" is not a whole number from 1 to 1000000'),
           (row(3, price="1.234"), 'unit_price: More than 2 decimals in an amount: "1.234"'),
           (row(4, status="lost"), 'status: Unknown order status: "lost"'),
           (row(5, paid="2026-02-30T12:00:00Z"), 'ordered_at: Date does not exist: "2026-02-30T12:00:00Z"'),
           (row(6, paid="2026-02-13T00:00:00Z"), 'ordered_at: "2026-02-13T00:00:00Z" is more than two days in the future'),
           ("7,paid\n", "2 fields where the header has 10"),
           (row(8, listing=""), "listing_id is missing"),
           (row(9, listing="x" * 65), f'listing_id: "{"x" * 60}'),
           (row(10, price="-1"), 'unit_price: "-1" is negative')]
    content = HEADER + row(1) + "".join(line for line, _ in bad) + row(11)
    (shop.folder / "data.csv").write_text(content)
    done = shop.run("--json", "import", "orders", "data.csv", "-t", "Loja", code=1)
    assert done.json == {**NOTHING, "read": 11, "created": 2, "rejected": 9, "staleDays": done.json["staleDays"]}
    kept = rejected(shop)
    assert [(number, raw + "\n") for number, _, raw in kept] == [(i + 3, line) for i, (line, _) in enumerate(bad)]
    for (_, reason, _), (_, wanted) in zip(kept, bad):
        assert reason.startswith(wanted)
    assert "9 lines were rejected" in done.err and "data.csv.rejected.csv" in done.err and "line 3" in done.err
    assert [f[0] for f in facts(database)] == ["1", "11"]
    # A good file afterwards takes the old list of refusals away.
    load("orders", HEADER + row(1))
    assert not (shop.folder / "data.csv.rejected.csv").exists()


def test_an_order_with_one_bad_line_is_refused_whole(shop, database, load):
    content = HEADER + row(1) + row(1, 2, quantity="x") + row(1, 3, "MLB3") + row(2)
    assert load("orders", content, code=1) == {"read": 4, "created": 1, "rejected": 3, "staleDays": 1}
    assert [f[0] for f in facts(database)] == ["2"]
    assert sorted(number for number, _, _ in rejected(shop)) == [2, 3, 4]


def test_rows_of_one_order_that_contradict_each_other_are_refused(shop, database, load):
    load("orders", HEADER + row(1) + row(1, 2, status="shipped") + row(2) + row(2, 1, quantity=5), code=1)
    assert facts(database) == []
    assert "status differs from line 2 of the same order 1" in rejected(shop)[0][1]


def test_the_end_of_a_batch_cuts_no_order_in_two(shop, database, load):
    """20 000 records are a batch: rows at its edge, and rows far apart, still make one order; so do refused ones."""
    filler = "".join(row(f"F{i}") for i in range(19_999))
    assert load("orders", HEADER + filler + row("E") + row("E", 2) + row("A") + row("B", 1, quantity="x") + row("B", 2) +
                "".join(row(f"G{i}") for i in range(20_000)) + row("A", 2), code=1)["rejected"] == 2
    counts = dict(database.sql("SELECT external_id, lines FROM orders WHERE external_id IN ('A','B','E')"))
    assert {name: len(lines.split(";")) for name, lines in counts.items()} == {"A": 2, "E": 2}
    assert shop.json("refresh", "-t", "Loja")["success"] and shop.verify()["clean"]


def test_a_refused_first_line_takes_its_order_along_across_the_end_of_a_batch(database, load):
    filler = "".join(row(f"F{i}") for i in range(20_000))
    assert load("orders", HEADER + filler + row("B", 1, quantity="x") + row("B", 2), code=1)["rejected"] == 2
    assert database.sql("SELECT 1 FROM orders WHERE external_id='B'") == []


def test_strict_is_all_or_nothing(shop, database, load):
    tables = ("orders", "order_lines", "listings", "stale_days")
    assert load("orders", HEADER + "".join(row(i) for i in range(25_000)) + row("x", quantity="x"), "--strict", code=1) == {
        "read": 25_001, "rejected": 1}
    assert [database.sql(f"SELECT COUNT(*) FROM {table}") for table in tables] == [[("0",)]] * 4
    assert rejected(shop)[0][0] == 25_002
    assert load("orders", HEADER + row(1), "--strict") == {"read": 1, "created": 1, "staleDays": 1}


@pytest.mark.parametrize("content", [HEADER + row(1), ndjson(order("1", [("MLB1", 1, 10)]))], ids=["csv", "ndjson"])
def test_standard_input(shop, database, content):
    assert shop.json("import", "orders", "-", "-t", "Loja", stdin=content)["created"] == 1
    assert len(facts(database)) == 1
    shop.run("import", "orders", "-", "-t", "Loja", stdin=content + content.replace("paid", "lost"), code=1)
    assert rejected(shop, "stdin")


@pytest.mark.parametrize("content,says", [("", "the file is empty"), ("a,b\n1,2\n", "the header lacks the columns 'order_id', 'status'"),
                                          ('[{"orderId":1}]', "the file is JSON, not CSV"), (HEADER.replace("title", "line"), "twice")])
def test_files_that_cannot_be_read(shop, content, says):
    (shop.folder / "data.csv").write_text(content)
    done = shop.run("import", "orders", "data.csv", "-t", "Loja", code=2)
    assert says in done.err and done.out == "", "no report of zeros where nothing was read"


def test_no_file_no_tenant(shop):
    assert "cannot read none.csv" in shop.run("import", "orders", "none.csv", "-t", "Loja", code=2).err
    assert "is a folder" in shop.run("import", "orders", "/tmp", "-t", "Loja", code=2).err
    assert "no tenant 'Nobody'" in shop.run("import", "orders", "-", "-t", "Nobody", code=1).err


def test_test_orders_are_left_out(database, load):
    records = [order(str(i), [("MLB1", 1, 1)], tags=tags) for i, tags in enumerate([["test_order"], "a,TEST_ORDER", ["a"], None])]
    assert load("orders", ndjson(*records)) == {"read": 4, "created": 2, "ignored": 2, "staleDays": 1}
    assert [f[0] for f in facts(database)] == ["2", "3"]


def test_visits_are_never_lowered_to_less_knowledge(database, load):
    def visits(value):
        report = load("visits", f"listing_id,date,visits\nMLB1,2026-02-01,{value}\n")
        stored = database.sql("SELECT visits FROM listing_visits")
        return next(k for k in report if k not in ("read", "staleDays")), stored[0][0] if stored else None
    steps = [("", ("ignored", None)), (0, ("created", "0")), ("", ("ignored", "0")), (40, ("updated", "40")), (0, ("ignored", "40")),
             ("", ("ignored", "40")), (40, ("unchanged", "40")), (39, ("updated", "39")), (50, ("updated", "50"))]
    for value, wanted in steps:
        assert visits(value) == wanted, value


def test_an_order_line_makes_its_listing(shop, database, load):
    load("orders", HEADER + row(1, listing="MLB9"))
    assert database.sql("SELECT marketplace, external_id, title, status FROM listings") == [("mercadolivre", "MLB9", "Title MLB9", "0")]
    assert load("listings", "listing_id,title,status,price\nMLB9,Caneca,active,5.00\n")["updated"] == 1
    assert load("listings", "listing_id,title,status\nMLB9,,paused\n")["updated"] == 1
    assert database.sql("SELECT title, status, price FROM listings") == [("Caneca", "2", "500")], "an empty cell keeps what is known"


def test_other_currencies_are_counted_apart(shop, load):
    load("orders", ndjson(order("1", [("MLB1", 1, 10)]), order("2", [("MLB1", 2, 7)], currency="USD"), order("3", [("MLB1", 1, 500)], currency="JPY")))
    shop.run("refresh", "-t", "Loja")
    overview = shop.json("overview", "-t", "Loja")
    assert (overview["totalOrders"], overview["totalRevenue"]) == (1, 10)
    assert [(c["currency"], c["orders"], c["units"], c["revenue"]) for c in overview["otherCurrencies"]] == [("JPY", 1, 1, 500), ("USD", 1, 2, 14)]


def test_other_currencies_end_where_asof_does(shop, load):
    load("orders", ndjson(order("1", [("MLB1", 1, 10)], "2026-01-31T12:00:00Z", currency="USD"),
                          order("2", [("MLB1", 1, 7)], "2026-02-01T12:00:00Z", currency="USD"),
                          order("3", [("MLB1", 1, 5)], "2026-02-01T14:00:00Z", currency="JPY")))
    shop.run("refresh", "-t", "Loja")
    cut = shop.json("overview", "-t", "Loja", "--as-of", "2026-02-01T13:00:00Z")["otherCurrencies"]
    assert [(c["currency"], c["orders"], c["revenue"]) for c in cut] == [("USD", 2, 17)]
    first = shop.json("overview", "-t", "Loja", "--as-of", "2026-02-01T11:00:00Z")["otherCurrencies"]
    assert [(c["currency"], c["orders"], c["revenue"]) for c in first] == [("USD", 1, 10)]


def test_a_share_is_precise_enough_to_be_rounded_once_more(shop, load):
    load("orders", ndjson(order("1", [("MLB1", 1, 99.49), ("MLB2", 1, 900.51)])))
    shop.run("refresh", "-t", "Loja")
    shares = [row["share"] for row in shop.json("overview", "-t", "Loja")["topListings"]]
    assert shares == [0.90051, 0.09949], "9.9 %, which 0.0995 isn't"


def test_http_stream_in_chunks(shop, database):
    token = shop.token()
    lines = "".join(ndjson(order(f"O{i}", [(f"MLB{i % 50}", 1, 1)])) for i in range(30_000)).encode()
    pieces = (lines[i:i + 7919] for i in range(0, len(lines), 7919))
    with serving(shop) as server:
        answer = server.ingest("orders", pieces, token)
        assert (answer.status, answer.json) == (200, {**NOTHING, "read": 30_000, "created": 30_000, "staleDays": answer.json["staleDays"]})
        assert server.ingest("orders", lines, token).json["unchanged"] == 30_000
        csv_pieces = iter([b"listing_id,da", b"te,visits\nMLB1,2026-02-0", b"1,5\nMLB2,2026-02-01,6"])
        assert server.ingest("visits", csv_pieces, token, "text/csv").json["created"] == 2
        assert server.ingest("visits", iter([]), token).json == NOTHING
    assert database.sql("SELECT COUNT(*), COUNT(DISTINCT listing_id) FROM order_lines") == [("30000", "50")]


def test_http_says_what_was_refused(shop, database):
    token = shop.token()
    with serving(shop) as server:
        answer = server.ingest("orders", ndjson(order("1", [("MLB1", 1, 1)]), order("2", [("MLB1", 0, 1)]), order("3", [])) + "{oops\n", token)
        assert (answer.status, answer.json["error"], answer.json["message"]) == (
            422, "Unprocessable Entity", "3 of 4 records were rejected; the others are stored")
        assert [r["line"] for r in answer.json["rejections"]] == [2, 3, 4] and answer.json["report"]["created"] == 1
        assert server.ingest("orders", "a,b\n1,2\n", token, "text/csv").status == 400
        assert server.ingest("orders", "x", token, "application/pdf").status == 415
        for name in ("Mercado Livre", "x" * 33, "é", "A"):
            assert server.call("POST", f"/api/v1/ingest/orders?marketplace={json.dumps(name)[1:-1].replace(' ', '%20')}",
                               ndjson(order("9", [("MLB1", 1, 1)])), token=token).status == 400, name
    assert [f[0] for f in facts(database)] == ["1"]
