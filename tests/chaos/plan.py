"""What happens in a run: a list of actions that the seed alone decides, whatever becomes of them."""
import random

TENANTS = 4
CHECKPOINT_EVERY = 250

# How often each kind comes, among a thousand.
WEIGHTS = {
    "orders": 370, "visits": 80, "listings": 40, "again": 60,              # facts, some of them twice
    "look": 40,                                                            # so that servers have something to remember
    "job": 160, "job_again": 40, "cancel": 25, "retry": 15,                # work asked for over HTTP
    "cli_refresh": 18, "cli_rebuild": 6, "cli_import": 6,                  # the same by other processes
    "kill": 40, "terminate": 10, "freeze": 25, "clock": 25,                # what goes wrong
    "cut": 15, "half_open": 8, "pause": 17,
}
STATUSES = ("paid", "paid", "shipped", "delivered", "partially_refunded", "pending", "cancelled", "refunded")


def actions(seed, count):
    """Dictionaries with a "kind"; other values are dice for whoever carries them out."""
    chance = random.Random(seed)
    kinds, weights = zip(*WEIGHTS.items())
    for n in range(1, count + 1):
        kind = chance.choices(kinds, weights)[0]
        action = {"n": n, "kind": kind, "tenant": chance.choices(range(TENANTS), (1, 2, 3, 3))[0],
                  "process": chance.randrange(4), "die": chance.randrange(10**6), **DETAILS.get(kind, lambda _: {})(chance)}
        yield action
        if n % CHECKPOINT_EVERY == 0 or n == count:
            yield {"n": n, "kind": "checkpoint"}


def _order(chance):
    return {"name": chance.randrange(600), "status": chance.choice(STATUSES), "minute": chance.randrange(30 * 1440),
            "paid_after": chance.choice((0, 5, 2000, None)), "currency": chance.choice(("BRL",) * 9 + ("USD",)),
            "lines": [(chance.randrange(12), chance.randint(1, 3), chance.randrange(1, 10000)) for _ in range(chance.choice((1, 1, 2, 3)))]}


def _orders(chance):
    return {"orders": [_order(chance) for _ in range(chance.choice((1, 1, 2, 5, 20)))],
            "kill_after": chance.uniform(0, 0.02) if chance.random() < 0.04 else None}


def _visits(chance):
    return {"visits": [(chance.randrange(12), chance.randrange(30)) for _ in range(chance.choice((1, 3, 10)))]}


def _listings(chance):
    return {"listings": [(chance.randrange(14), chance.randrange(1, 10000), chance.randrange(9), chance.choice(("active", "paused")))
                         for _ in range(chance.choice((1, 1, 3, 10)))],
            "kill_after": chance.uniform(0, 0.02) if chance.random() < 0.1 else None}


def _job(chance):
    first = chance.randrange(40)
    days = chance.choice(({}, {}, {}, {"lastDays": chance.randint(1, 60)}, {"back": (first + chance.randrange(30), first)}))
    return {"days": days, "all": chance.random() < 0.08, "keyed": chance.random() < 0.6,
            "prefer": chance.choice(("respond-async",) * 5 + ("wait=1",)),
            "kill_after": chance.uniform(0, 0.3) if chance.random() < 0.1 else None}


def _cli(chance):
    return {"kill_after": chance.uniform(0, 0.3) if chance.random() < 0.4 else None, "last_days": chance.randint(1, 60)}


def _outage(chance):
    return {"actions": chance.choice((3, 10, 30, 60))}


def _freeze(chance):
    # The last one is beyond a lease, if actions are quick.
    return {"actions": chance.choice((1, 5, 20, 20, 400))}


def _clock(chance):
    return {"offset": chance.choice((chance.randint(-9, 9) * 86400, chance.randint(-90, 90) * 60, chance.randint(-9, 9) * 86400 + 1,
                                     40 * 86400))}


DETAILS = {
    "orders": _orders, "visits": _visits, "listings": _listings, "job": _job, "cli_refresh": _cli, "cli_rebuild": _cli,
    "cli_import": lambda chance: {**_orders(chance), **_cli(chance)}, "kill": _outage, "terminate": _outage, "freeze": _freeze,
    "clock": _clock, "cut": _outage, "half_open": _outage, "pause": lambda chance: {"seconds": chance.uniform(0.05, 0.5)},
}
