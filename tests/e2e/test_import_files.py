"""Files as people have them: from spreadsheets, mended by hand, of the wrong kind, empty."""
import csv
import gzip
import json
import subprocess

import pytest

import harness
from harness import ndjson, order, serving
from test_import import HEADER, facts, load, rejected, row, shop  # noqa: F401

COLUMNS = "order_id;status;ordered_at;listing_id;title;quantity;unit_price\r\n"


# --- refused lines, mended ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_refused_lines_are_mended_where_they_are_and_imported_as_they_are(shop, database, load, encoding):
    """The whole order stands there, under the header of its file; so what is mended is complete."""
    text = COLUMNS + ("1;paid;2026-02-01 10:00;MLB1;Pão;1;5,00\r\n" '2;paid;2026-02-01 10:00;MLB1;"Calção; ""azul""";1;5,00\r\n'
                      "2;paid;2026-02-01 10:00;MLB2;Pão;zero;1.234,56\r\n" "3;lost;2026-02-01 10:00;MLB2;;1;1\r\n" "4;paid\r\n")
    assert load("orders", text.encode(encoding), code=1)["rejected"] == 4
    name = "data.csv.rejected.csv"
    content = (shop.folder / name).read_bytes()
    assert content.startswith(b"\xef\xbb\xbfline_number;reason;order_id;status;"), "a spreadsheet must see that it is UTF-8"
    again = shop.json("import", "orders", name, "-t", "Loja", code=1)
    assert (again["read"], again["rejected"]) == (4, 4), "as it is it is refused again, for the same reasons"
    assert (shop.folder / f"{name}.rejected.csv").read_bytes().splitlines()[0] == content.splitlines()[0], "columns don't pile up"
    mended = content.decode().replace("zero", "2").replace(";lost;", ";paid;").replace(";4;paid", ";4;paid;2026-02-01 10:00;MLB3;;1;9")
    (shop.folder / name).write_text(mended, encoding="utf-8")
    assert shop.json("import", "orders", name, "-t", "Loja")["created"] == 3
    assert [(f[0], f[2], f[4], f[5]) for f in facts(database)] == [
        ("1", "MLB1", 1, 500), ("2", "MLB1", 1, 500), ("2", "MLB2", 2, 246912), ("3", "MLB2", 1, 100), ("4", "MLB3", 1, 900)]
    titles = [title for (title,) in database.sql("SELECT title FROM listings ORDER BY external_id")]
    assert titles == ["Pão", "Pão", ""] or titles == ['Calção; "azul"', "Pão", ""]


FLAT = "order_id,status,ordered_at,marketplace,listing_id,title,quantity,unit_price\n"


@pytest.mark.parametrize("broken, mended", [
    ("1,paid,2026-02-01,,MLB2,Filtro, de café,2,12.50", '1,paid,2026-02-01,,MLB2,"Filtro, de café",2,12.50'),
    ("1,paid,2026-02-01,,MLB2,Filtro", "1,paid,2026-02-01,,MLB2,Filtro,2,12.50"),
    ("1,paid,2026-02-01,Mercado Livre,MLB2,Filtro,2,12.50", "1,paid,2026-02-01,mercadolivre,MLB2,Filtro,2,12.50")])
def test_a_line_that_can_hardly_be_read_takes_its_order_along(shop, database, load, broken, mended):
    """Half of it would be a wrong number, and the other half would not be added to it later."""
    assert load("orders", FLAT + f"1,paid,2026-02-01,,MLB1,Garrafa,1,89.90\n{broken}\n2,paid,2026-02-01,,MLB1,,1,5\n", code=1)["rejected"] == 2
    assert [f[0] for f in facts(database)] == ["2"]
    name = "data.csv.rejected.csv"
    content = (shop.folder / name).read_text(encoding="utf-8-sig")
    assert broken in content
    (shop.folder / name).write_text(content.replace(broken, mended), encoding="utf-8")
    assert shop.json("import", "orders", name, "-t", "Loja")["created"] == 1
    assert [(f[0], f[2], f[4], f[5]) for f in facts(database)] == [("1", "MLB1", 1, 8990), ("1", "MLB2", 2, 2500), ("2", "MLB1", 1, 500)]


def test_a_line_whose_order_is_stored_in_part_is_mended_in_its_file(shop, database, load):
    first, far = "1,paid,2026-02-01,,MLB1,,1,5\n", "1,paid,2026-02-01,,MLB2,,zero,5\n"
    between = "".join(f"F{n},paid,2026-02-01,,MLB1,,1,1\n" for n in range(20_001))
    (shop.folder / "data.csv").write_text(FLAT + first + between + far)
    done = shop.run("import", "orders", "data.csv", "-t", "Loja", code=1)
    assert "Mend them in the file and import it again." in done.err, done.err
    (shop.folder / "data.csv").write_text(FLAT + first + between + far.replace("zero", "2"))
    shop.run("import", "orders", "data.csv", "-t", "Loja")
    assert [(f[2], f[4], f[5]) for f in facts(database) if f[0] == "1"] == [("MLB1", 1, 500), ("MLB2", 2, 1000)]
    # One whose order nobody can tell.
    (shop.folder / "data.csv").write_text(FLAT + "3,paid,2026-02-01,,MLB1,,1,5\n,paid,2026-02-01,,MLB2,,1,5\n")
    assert "Mend them in the file" in shop.run("import", "orders", "data.csv", "-t", "Loja", code=1).err


def test_a_refused_line_with_an_open_quote_swallows_no_other(shop, load):
    load("orders", HEADER + row(1) + '2,paid,2026-02-01,,,1,MLB1,"Tit\n' + row(3, quantity=0), code=1)
    with open(shop.folder / "data.csv.rejected.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [r[0] for r in rows[1:]] == ["3", "4"] and rows[1][2].startswith("2,paid") and len(rows[2]) == 12


def test_refused_objects_keep_their_text(shop, load):
    load("orders", ndjson(order("1", [("MLB1", 0, 1)])), name="a.ndjson", code=1)
    (_, reason, raw), = rejected(shop, "a.ndjson")
    assert reason.startswith("lines[0].quantity") and json.loads(raw)["orderId"] == "1"


def test_the_file_that_is_read_is_never_the_one_for_refused_lines(shop):
    path = shop.folder / "data.csv"
    path.write_text(HEADER + row(1, quantity=0))
    (shop.folder / "link.csv").symlink_to(path)
    for name in ("data.csv", path, "./data.csv", "link.csv"):
        done = shop.run("import", "orders", "data.csv", "-t", "Loja", "--rejected", name, code=2)
        assert "is the file that is to be read" in done.err
        assert path.read_text() == HEADER + row(1, quantity=0)


def test_refused_lines_that_cannot_be_written_down(shop, database):
    (shop.folder / "data.csv").write_text(HEADER + row(1, quantity=0))
    done = shop.run("import", "orders", "data.csv", "-t", "Loja", "--rejected", "/none/x.csv", code=1)
    assert "cannot write the refused lines to /none/x.csv: No such file" in done.err and "--rejected" in done.err
    assert facts(database) == []


# --- spreadsheets -------------------------------------------------------------------------------------------------

def test_rows_that_were_emptied_are_no_rows(load):
    assert load("orders", COLUMNS + "1;paid;2026-02-01 10:00;MLB1;;1;5,00\r\n;;;;;;\r\n; ;;;\"\";;\r\n\r\n") == {
        "read": 1, "created": 1, "staleDays": 1}


def test_a_line_that_names_the_separator(database, load):
    assert load("orders", "\ufeffsep=;\r\n" + COLUMNS + "1;paid;2026-02-01 10:00;MLB1;a,b,c,d,e,f,g,h;1;5,00\r\n")["created"] == 1
    assert load("orders", "sep=,\n" + HEADER + row(2, quantity="x"), code=1)["rejected"] == 1


def test_lines_are_counted_behind_the_named_separator(shop, load):
    load("orders", "sep=,\n" + HEADER + row(1) + row(2, quantity="x"), code=1)
    assert rejected(shop)[0][0] == 4


@pytest.mark.parametrize("written", ["2,00001E+15", "2.00001E+15", "2E+15", "2e+15"])
def test_ids_that_a_spreadsheet_shortened_are_refused(shop, database, load, written):
    """Different ids would be one: two orders, and half of what they brought."""
    line = f"{written};paid;2026-02-01 10:00;MLB1;;1;5,00\r\n"
    assert load("orders", COLUMNS + line + line, code=1)["rejected"] == 2
    assert facts(database) == []
    load("visits", f"listing_id;date;visits\n{written};2026-02-01;5\n", code=1)
    assert load("orders", COLUMNS + line.replace(written, "2E15"))["created"] == 1, "that one may be an id"


def test_whole_numbers_as_tables_of_floating_point_write_them(shop, database, load):
    """A column of counts in which one is missing."""
    assert load("visits", "listing_id,date,visits\nMLB1,2026-02-01,5.0\nMLB1,2026-02-02,\nMLB1,2026-02-03,7.00\n")["created"] == 2
    assert database.sql("SELECT visits FROM listing_visits ORDER BY day") == [("5",), ("7",)]
    assert load("orders", HEADER + row(1, quantity="2.0"))["created"] == 1 and facts(database)[0][4] == 2
    for wrong in ("1.000", "2.5", "2.05", ".0", "2.", "2.0.0"):
        load("orders", HEADER + row(2, quantity=wrong), code=1)


def test_a_listing_closed_before_it_was_created_is_refused(shop, load):
    header = "listing_id,status,created_at,closed_at\n"
    load("listings", header + "MLB1,closed,2026-02-05T12:00:00Z,2026-02-01T12:00:00Z\n", code=1)
    with open(shop.folder / "data.csv.rejected.csv", encoding="utf-8") as file:
        assert 'closed_at: ""2026-02-01T12:00:00Z"" is before created_at' in file.read()
    load("listings", header + "MLB1,closed,2026-02-05T12:00:00Z,2026-02-05T12:00:00Z\n")


def test_commas_between_fields_and_in_amounts(database, load):
    """What Google Sheets writes where it speaks Portuguese."""
    load("orders", HEADER + row(1, price='"1.234,56"') + row(2, price='"R$ 89,90"') + row(3, price='"R$ 1.000.000,00"'))
    assert [f[5] for f in facts(database)] == [123456, 8990, 100000000]


def test_a_mistyped_currency_is_refused(shop, load):
    """Counted apart, the sale would be missing from the total."""
    load("orders", ndjson(order("1", [("MLB1", 1, 10)], currency="BLR")), name="a.ndjson", code=1)
    assert "BLR" in rejected(shop, "a.ndjson")[0][1]
    assert "BLR" in shop.run("tenant", "add", "Outra", "--currency", "BLR", code=2).err


# --- files of the wrong kind --------------------------------------------------------------------------------------

WRONG = {"gzip": (gzip.compress((HEADER + row(1)).encode()), "zcat"), "xlsx": (b"PK\x03\x04\x14\0\x06\0" + bytes(200), "save it as CSV"),
         "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200), "save it as CSV"), "pdf": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
         "utf-16": ("\ufeff" + HEADER).encode("utf-16-le") and (("\ufeff" + HEADER).encode("utf-16-le"), "UTF-16"),
         "utf-16 without a mark": (HEADER.encode("utf-16-le"), "UTF-16"), "zeros": (bytes(5000), "not text")}


@pytest.mark.parametrize("content,says", WRONG.values(), ids=WRONG)
def test_what_is_no_csv_is_named(shop, content, says):
    (shop.folder / "data.csv").write_bytes(content)
    done = shop.run("import", "orders", "data.csv", "-t", "Loja", code=2)
    assert says in done.err and done.out == "" and done.err.isprintable() is False and "\0" not in done.err


def test_a_header_in_another_language_says_what_is_needed(shop):
    (shop.folder / "data.csv").write_text("pedido;status;data;an\x1b[31mncio;quantity\n")
    done = shop.run("import", "orders", "data.csv", "-t", "Loja", code=2)
    assert "lacks the columns 'order_id', 'ordered_at', 'listing_id', 'unit_price' (found: pedido, status, data" in done.err
    assert "needed: order_id, status, ordered_at, listing_id, quantity, unit_price" in done.err and "\x1b" not in done.err


def test_a_pipe(shop):
    """Whose size nobody knows."""
    (shop.folder / "data.csv.gz").write_bytes(gzip.compress((HEADER + row(1)).encode()))
    done = subprocess.run(["bash", "-c", f'"{harness.BINARY}" --json import orders <(zcat data.csv.gz) -t Loja --rejected r.csv'],
                          cwd=shop.folder, env=shop.environment(), capture_output=True, timeout=60)
    assert (done.returncode, json.loads(done.stdout)["created"]) == (0, 1), done


# --- nothing at all -----------------------------------------------------------------------------------------------

def orders_through(shop):
    return shop.json("freshness", code=None)["tenants"][0]["ordersThrough"]


def test_an_empty_file_is_an_accident_unless_it_is_said_to_be_complete(shop, database):
    assert "--through" in shop.run("import", "orders", "-", "-t", "Loja", stdin="", code=2).err
    assert "--through" not in shop.run("import", "visits", "-", "-t", "Loja", stdin="", code=2).err
    assert orders_through(shop) is None
    report = shop.json("import", "orders", "-", "-t", "Loja", "--through", "2026-02-09T12:00:00Z", stdin="")
    assert report["read"] == 0 and orders_through(shop) == "2026-02-09T12:00:00.000Z"


def test_no_new_orders_are_known_up_to_the_instant_that_was_named(shop, database):
    """A source that was asked and had nothing new: the clock of the orders goes on."""
    token = shop.token()
    with serving(shop) as server:
        for path, body, wanted in (("", b"", None), ("?through=2026-02-08T12:00:00Z", b"", "2026-02-08T12:00:00.000Z"),
                                   ("?through=2026-02-09T12:00:00Z", b"\n", "2026-02-09T12:00:00.000Z"),
                                   ("?through=2026-02-07T12:00:00Z", b"", "2026-02-09T12:00:00.000Z")):
            answer = server.call("POST", f"/api/v1/ingest/orders{path}", body, token=token, headers={"Content-Type": "application/x-ndjson"})
            assert (answer.status, answer.json["read"], orders_through(shop)) == (200, 0, wanted), path
        assert server.call("POST", "/api/v1/ingest/orders?through=2026-02-10T12:00:00Z", b"", token=token,
                           headers={"Content-Type": "text/csv"}).status == 200
        compressed = server.ingest("orders", gzip.compress(ndjson(order("1", [("MLB1", 1, 1)])).encode()), token,
                                   headers={"Content-Encoding": "gzip"})
        assert compressed.status == 415 and "Content-Encoding" in compressed.json["message"]
