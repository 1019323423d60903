"""What must hold once everything is calm."""
import collections
import datetime
import json

import model

EPOCH = datetime.date(1970, 1, 1)
STATUSES = ("unknown", "active", "paused", "closed")  # as stored


def date_of(day):
    return str(EPOCH + datetime.timedelta(days=int(day)))


def numbers(row):
    return tuple(int(value) if value != "" else None for value in row)


def same(what, expected, found):
    if expected == found:
        return
    lines = [f"  {key}: {expected.get(key)} expected, {found.get(key)} found" for key in sorted(set(expected) | set(found), key=str)
             if expected.get(key) != found.get(key)]
    raise AssertionError(f"{what}: {len(lines)} differences (orders, units, cents, cancelled, cents, foreign, visits)\n" + "\n".join(lines[:10]))


def acknowledged_facts_are_there(world, facts):
    """Before anything is sent again: whatever was acknowledged is stored, in that version or a newer one."""
    stored = {(tenant, name): int(version) for tenant, name, version in world.database.sql(
        "SELECT t.tenant_uuid, o.external_id, o.version FROM orders o JOIN tenants t ON t.tenant_id=o.tenant_id")}
    for number, tenant in enumerate(world.tenants):
        for name, order in facts.newest_orders(number, acknowledged_only=True).items():
            version = datetime.datetime.fromisoformat(order["updatedAt"].replace("Z", "+00:00")).timestamp() * 1000
            assert stored.get((tenant["id"], name), 0) >= version, f"order {name} of {tenant['name']} was acknowledged and is lost"


def metrics_are_those_of_the_model(world, facts):
    cells = "orders, units, gmv, cancelled_orders, cancelled_gmv, foreign_orders, visits"
    something = "(orders<>0 OR cancelled_orders<>0 OR foreign_orders<>0 OR visits IS NOT NULL)"
    tenants = dict(world.database.sql("SELECT tenant_id, tenant_uuid FROM tenants"))
    names = {(tenant, listing): name for tenant, listing, name in world.database.sql("SELECT tenant_id, listing_id, external_id FROM listings")}
    days, listings = collections.defaultdict(dict), collections.defaultdict(dict)
    for tenant, day, *row in world.database.sql(f"SELECT tenant_id, day, {cells} FROM tenant_metrics_daily WHERE {something}"):
        days[tenants[tenant]][date_of(day),] = numbers(row)
    for tenant, day, listing, *row in world.database.sql(f"SELECT tenant_id, day, listing_id, {cells} FROM listing_metrics_daily WHERE {something}"):
        listings[tenants[tenant]][date_of(day), names[tenant, listing]] = numbers(row)
    for number, tenant in enumerate(world.tenants):
        same(f"days of {tenant['name']}", facts.days(number), days[tenant["id"]])
        same(f"listings of {tenant['name']}", facts.listings(number), listings[tenant["id"]])


def cents(amount):
    return None if amount is None else round(amount * 100)


def what_is_served_is_what_is_stored(world):
    """By every server, whatever it remembers from before: totals of all days, and the catalogue listing by listing."""
    first, last = model.FIRST_FACT.date(), model.START.date() - datetime.timedelta(days=10)  # facts lie between; today may be jumped back
    for tenant in world.tenants:
        key = f"tenant_id=(SELECT tenant_id FROM tenants WHERE tenant_uuid='{tenant['id']}')"
        (row,) = world.database.sql(f"SELECT COALESCE(SUM(orders),0), COALESCE(SUM(gmv),0), SUM(visits) FROM tenant_metrics_daily WHERE {key} "
                                    f"AND day BETWEEN {(first - EPOCH).days} AND {(last - EPOCH).days}")
        (count, stock), = world.database.sql(f"SELECT COUNT(*), COALESCE(SUM(stock),0) FROM listings WHERE {key}")
        listed = world.database.sql("SELECT external_id, title, price, stock, status FROM listings "
                                    f"WHERE {key} ORDER BY (price IS NULL), price DESC, listing_id LIMIT 100")
        for slot in world.slots[:2]:
            def get(path):
                answer = slot.server.call("GET", f"/api/v1/{path}", token=tenant["token"])
                assert answer.status == 200, f"{path} of {tenant['name']} by {slot.name}: {answer}"
                return answer.json
            overview = get(f"metrics/overview?from={first}&to={last}")
            served = {"totals": (overview["totalOrders"], cents(overview["totalRevenue"]), overview["kpis"]["visits"]["value"]),
                      "catalogue": (overview["totalListings"], overview["totalStock"]),
                      "listings": [(item["externalId"], item["title"], cents(item["price"]), item["stock"], item["status"])
                                   for item in get("listings?sort=-price&limit=100")["listings"]]}
            stored = {"totals": numbers(row), "catalogue": numbers((count, stock)),
                      "listings": [(name, title or name, *numbers((price, left)), STATUSES[int(status)]) for name, title, price, left, status in listed]}
            for what, expected in stored.items():
                assert served[what] == expected, f"{what} of {tenant['name']} by {slot.name}: {served[what]} served, {expected} stored"


def verify_says_the_same(world):
    """Digests by tenant."""
    digests = []
    for tenant in world.tenants:
        code, out, err = world.run_cli("verify", "-t", tenant["name"])
        verified = json.loads(out)
        assert code == 0 and verified["clean"] and verified["staleDays"] == 0, f"verify of {tenant['name']}: {out[:2000]} {err}"
        digests.append(verified["digest"])
    return digests


NOTHING = {
    "jobs that do not come to rest":
        "SELECT job_uuid, job_type, status, attempts, run_at FROM jobs WHERE status NOT IN ('success','error','cancelled')",
    "attempts that nobody makes": "SELECT job_log_uuid FROM job_logs WHERE status='running'",
    "success without all its days": "SELECT job_log_uuid, days_done, days_total FROM job_logs WHERE status='success' AND days_done<>days_total",
    "jobs that succeeded and have no successful attempt, or the reverse":
        "SELECT j.job_uuid, j.status FROM jobs j WHERE job_type<>'fan_out' AND (status='success')<>EXISTS "
        "(SELECT 1 FROM job_logs l WHERE l.job_uuid=j.job_uuid AND l.status='success')",
    "jobs that succeeded more than once": "SELECT job_uuid FROM job_logs WHERE status='success' GROUP BY job_uuid HAVING COUNT(*)>1",
    "epochs that came twice": "SELECT epoch FROM job_logs GROUP BY epoch HAVING COUNT(*)>1",
    "attempts whose epochs do not grow":
        "SELECT a.job_uuid, a.epoch, b.epoch FROM job_logs a JOIN job_logs b ON a.tenant_id=b.tenant_id AND a.job_uuid=b.job_uuid "
        "WHERE a.attempt_id<b.attempt_id AND a.epoch>=b.epoch",
    "rows written by nobody who may": "SELECT m.tenant_id, m.day, m.attempt_id FROM listing_metrics_daily m WHERE NOT EXISTS "
        "(SELECT 1 FROM job_logs l WHERE l.tenant_id=m.tenant_id AND l.attempt_id=m.attempt_id)",
    "errors without a reason": "SELECT job_uuid FROM jobs WHERE status='error' AND COALESCE(error_message,'')=''",
}


def the_queue_is_honest(world):
    for what, query in NOTHING.items():
        found = world.database.sql(query)
        assert not found, f"{what}: {found[:5]}"


def jobs_of_callers(world, told, cancelled):
    """Every job that somebody was told of is there; one whose cancellation was acknowledged didn't begin again after that."""
    there = dict(world.database.sql("SELECT job_uuid, status FROM jobs"))
    lost = sorted(set(told) - set(there))
    assert not lost, f"jobs that were acknowledged and are lost: {lost[:5]}"
    attempts = dict(world.database.sql("SELECT job_uuid, COUNT(*) FROM job_logs GROUP BY job_uuid"))
    for job in cancelled:
        assert there[job] == "cancelled" or attempts.get(job) == "1", f"job {job} was cancelled, and is {there[job]} after {attempts.get(job)} attempts"
