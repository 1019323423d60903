"""Days with 23 and 25 hours, without a midnight, left out or gone back into: counted again with Python's own time zones."""
import collections
import datetime
import random
import zoneinfo

import pytest

from harness import SEED, ndjson, order
from made_up import UTC, text_of

MINUTE, HOUR, DAY = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)
# Zone, and the date at or around which its clocks change.
CHANGES = [("America/Sao_Paulo", "2017-10-15"),   # no midnight, 23 hours
           ("America/Sao_Paulo", "2018-02-17"),   # 25 hours: back from midnight
           ("America/Sao_Paulo", "2018-11-04"),
           ("America/Santiago", "2022-09-11"),    # no midnight
           ("America/St_Johns", "2010-11-07"),    # back at 00:01, into the day before
           ("Europe/Lisbon", "2022-10-30"), ("Africa/Cairo", "2023-04-28"), ("Australia/Lord_Howe", "2022-10-02"),  # by half an hour
           ("Pacific/Apia", "2011-12-30")]        # never was
COUNTED, NOT = ("paid", "shipped", "delivered", "partially_refunded"), ("pending", "cancelled", "refunded")


def day_of(at, zone):
    """A day that has begun goes on: no later instant has an earlier one."""
    return max((at - n * MINUTE).astimezone(zone).date() for n in range(75))


def at_wall_time(date, time, zone):
    """The first instant that shows it; where none does, that of the jump over it."""
    naive = datetime.datetime.combine(date, time)
    found = naive.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == naive:
        return found
    before = found - 26 * HOUR
    while (before + MINUTE).astimezone(zone).replace(tzinfo=None) < naive:
        before += MINUTE
    return before + MINUTE


def made_up(middle, chance):
    """{order id: (instant, status, quantity, cents)} within four days of `middle`, most of them within hours."""
    orders = {}
    for n in range(160):
        spread = chance.choice((3 * HOUR, 3 * HOUR, 26 * HOUR, 9 * DAY))
        at = middle + (chance.random() * 2 - 1) * spread
        orders[f"O{n}"] = (at.replace(microsecond=0), chance.choice(COUNTED + COUNTED + NOT), chance.randint(1, 3), chance.randrange(1, 99999))
    for n, second in enumerate((-1, 0, 1, -60, 59, 3600, 3599)):
        orders[f"E{n}"] = (middle + datetime.timedelta(seconds=second), "paid", 1, 100 + n)
    return orders


def sums(orders, zone, until=None):
    """{day: [orders, units, cents, cancelled]} of what happened before `until`."""
    days = collections.defaultdict(lambda: [0, 0, 0, 0])
    for at, status, quantity, price in orders.values():
        if until is None or at < until:
            cell = days[day_of(at, zone)]
            if status in COUNTED:
                cell[0], cell[1], cell[2] = cell[0] + 1, cell[1] + quantity, cell[2] + quantity * price
            cell[3] += status in ("cancelled", "refunded")
    return days


def shown(series):
    return {d["date"]: [d["orders"], d["units"], round(d["revenue"] * 100), d["cancelledOrders"]] for d in series}


@pytest.mark.parametrize("name,date", CHANGES, ids=[f"{name.split('/')[1]}-{date}" for name, date in CHANGES])
def test_every_order_is_on_its_day(onda, name, date):
    print(f"ONDA_E2E_SEED={SEED}")
    zone, chance = zoneinfo.ZoneInfo(name), random.Random(f"{SEED} {name} {date}")
    date = datetime.date.fromisoformat(date)
    middle = at_wall_time(date, datetime.time(0), zone)
    orders = made_up(middle, chance)
    onda.now = text_of(middle + 11 * DAY)
    onda.tenant("Loja", "--time-zone", name)
    onda.run("import", "orders", "-", "-t", "Loja", stdin=ndjson(*[
        order(key, [("MLB1", quantity, f"{price // 100}.{price % 100:02}")], text_of(at), status) for key, (at, status, quantity, price) in orders.items()]))
    onda.run("refresh", "-t", "Loja")
    assert onda.verify()["clean"]
    days = sums(orders, zone)
    first = min(days)
    series = shown(onda.json("overview", "-t", "Loja", "--days", 30)["salesSeries"])
    assert {day: cell for day, cell in series.items() if any(cell)} == {str(day): cell for day, cell in days.items() if any(cell)}
    # As of instants in the hours around the change, and days later, when the earlier window is cut there.
    for back in [chance.randrange(-200, 200) * MINUTE for _ in range(4)] + [n * DAY + chance.randrange(-90, 90) * MINUTE for n in (1, 2, 7, 7)]:
        as_of = (middle + back).replace(second=0, microsecond=0)
        today, wall = day_of(as_of, zone), as_of.astimezone(zone)
        length = 7
        overview = onda.json("overview", "-t", "Loja", "--days", length, "--as-of", text_of(as_of))
        assert overview["period"]["to"] == str(today), text_of(as_of)
        until = sums(orders, zone, as_of)
        assert shown(overview["salesSeries"])[str(today)][:3] == until[today][:3], text_of(as_of)
        assert overview["totalOrders"] == sum(d["orders"] for d in overview["salesSeries"])
        if wall.date() != today:
            continue  # its wall time is that of another day: nothing to compare it with
        cut = at_wall_time(today - length * DAY, wall.time(), zone)
        if overview["comparison"]["basis"] == "sameLocalTime":
            assert overview["comparison"]["cutAt"] == text_of(cut).replace("Z", ".000Z"), text_of(as_of)
        earlier, whole = sums(orders, zone, cut), days
        wanted = [sum(whole[today - n * DAY][i] for n in range(length + 1, 2 * length)) + earlier[today - length * DAY][i] for i in range(3)]
        if first > today - length * DAY:
            wanted = [None] * 3  # nothing is known of a period that ended before the first order: that is no zero
        previous = [overview["kpis"][figure]["previous"] for figure in ("orders", "units", "revenue")]
        previous[2] = previous[2] and round(previous[2] * 100)
        assert previous == wanted, text_of(as_of)
