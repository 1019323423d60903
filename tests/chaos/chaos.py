#!/usr/bin/env python3
"""Chaos: random work and random trouble, beside a model in memory. See docs/reliability.md.

The seed alone decides what is done; when each process comes to do its part is up to the machine. A failure says how to do it again.
"""
import argparse
import collections
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import checks  # noqa: E402
import model  # noqa: E402
import plan  # noqa: E402
import world as worlds  # noqa: E402

harness = worlds.harness
LISTINGS_OF_FIRST = 3500  # so that a rebuild of the first tenant takes several transactions, and long enough to be cut off
FINE = (200, 202, 409)
AWAY = (503,)  # the database isn't there: said clearly, and worth another try


class Run:
    def __init__(self, world, seed):
        self.world, self.seed = world, seed
        self.facts = model.Facts()
        self.keys = {}      # key → (tenant or None, days)
        self.answers = {}   # key → job id
        self.jobs = []      # ids that callers were told
        self.cancelled = []  # ids whose cancellation was acknowledged, and that nobody wanted retried since
        self.due = []       # (action number, what is done then)
        self.outcomes = collections.Counter()
        self.seconds = collections.Counter()  # by kind of action
        self.digests = []

    # --- facts

    def send(self, batch, process, kill_after=None):
        slot = self.world.a_server(process)
        with worlds.kill_soon(slot, kill_after):
            answer = self.world.call(slot, "POST", f"/api/v1/ingest/{batch.kind}", batch.body.encode(),
                                     headers={"Content-Type": "application/x-ndjson"}, token=self.world.tenants[batch.tenant]["token"])
        if self.is_fine(answer, f"ingest of {batch.kind}"):
            assert answer.json["rejected"] == 0, answer
            batch.acknowledged = True

    def is_fine(self, answer, what, fine=(200,)):
        self.outcomes[f"{what}: {answer.status if answer else 'no answer'}"] += 1
        assert answer is None or answer.status in (*fine, *AWAY), f"{what}: {answer}"
        return answer is not None and answer.status in fine

    def orders_batch(self, action):
        newest = {spec["name"]: spec for spec in action["orders"]}  # one version of each
        return self.facts.add(action["tenant"], "orders", [model.order_of(spec, action["n"]) for spec in newest.values()])

    def do_orders(self, action):
        self.send(self.orders_batch(action), action["process"], action["kill_after"])

    def do_visits(self, action):
        records = [model.visit_of(action["tenant"], listing, day) for listing, day in dict.fromkeys(action["visits"])]
        self.send(self.facts.add(action["tenant"], "visits", records), action["process"])

    def do_listings(self, action):
        newest = {spec[0]: spec for spec in action["listings"]}  # one version of each
        records = [model.listing_of(spec, action["n"]) for spec in newest.values()]
        self.send(self.facts.add(action["tenant"], "listings", records), action["process"], action["kill_after"])

    def do_again(self, action):
        if self.facts.batches:
            self.send(self.facts.batches[action["die"] % len(self.facts.batches)], action["process"])

    def do_look(self, action):
        """What is answered depends on the moment; at the checkpoint it must be right."""
        for tenant in self.world.tenants:
            for path in ("metrics/overview", "listings?sort=title"):
                slot = self.world.a_server(action["process"])
                self.is_fine(self.world.call(slot, "GET", f"/api/v1/{path}", token=tenant["token"]), "look")

    # --- work

    def ask(self, tenant, days, key, process, prefer, kill_after=None):
        slot = self.world.a_server(process)
        headers = {"Prefer": prefer, **({"Idempotency-Key": key} if key else {})}
        body = {"tenantId": self.world.tenants[tenant]["id"] if tenant is not None else "*", **days}
        with worlds.kill_soon(slot, kill_after):
            answer = self.world.call(slot, "POST", "/api/v1/jobs/rebuild-daily-metrics", body, headers=headers, key=harness.KEY)
        # 409: it was cancelled; 500: it failed for good. Both say so of a job that had been accepted.
        if not self.is_fine(answer, "job", (*FINE, 500)) or "jobId" not in answer.json:
            return None
        job = answer.json["jobId"]
        self.jobs.append(job)
        if key:
            known = self.answers.setdefault(key, job)
            assert known == job, f"key {key} got job {known} and then job {job}"
        return answer

    def do_job(self, action):
        tenant = None if action["all"] else action["tenant"]
        days = dict(action["days"])
        if "back" in days:
            first, last = days.pop("back")
            start = model.START.date()
            days = {"from": str(start - model.datetime.timedelta(first)), "to": str(start - model.datetime.timedelta(last))}
        key = f"k{action['n']}" if action["keyed"] else None
        if key:
            self.keys[key] = (tenant, days)
        self.ask(tenant, days, key, action["process"], action["prefer"], action["kill_after"])

    def do_job_again(self, action):
        if self.keys:
            key = list(self.keys)[action["die"] % len(self.keys)]
            self.ask(*self.keys[key], key, action["process"], "respond-async")

    def steer(self, job, process, what):
        answer = self.world.call(self.world.a_server(process), "POST", f"/api/v1/jobs/{job}/{what}", key=harness.KEY)
        return answer.status if self.is_fine(answer, what, FINE) else None

    def do_cancel(self, action):
        """A long one, just asked for."""
        answer = self.ask(action["tenant"], {"lastDays": 90}, None, action["process"], "respond-async")
        if answer and self.steer(answer.json["jobId"], action["process"], "cancel") == 200:
            self.cancelled.append(answer.json["jobId"])

    def do_retry(self, action):
        if self.cancelled:
            job = self.cancelled[action["die"] % len(self.cancelled)]
            if self.steer(job, action["process"], "retry") != 409:  # without an answer it may have been retried all the same
                self.cancelled = [each for each in self.cancelled if each != job]

    def cli(self, action, *args, stdin=""):
        done = self.world.run_cli(*args, "-t", self.world.tenants[action["tenant"]]["name"], stdin=stdin, kill_after=action["kill_after"])
        self.outcomes[f"{args[0]}: {'killed' if done is None else done[2].strip().splitlines()[-1] if done[0] else 0}"] += 1
        return done

    def do_cli_refresh(self, action):
        self.cli(action, "refresh")

    def do_cli_rebuild(self, action):
        self.cli(action, "rebuild", "--last-days", action["last_days"])

    def do_cli_import(self, action):
        batch = self.orders_batch(action)
        done = self.cli(action, "import", "orders", "-", stdin=batch.body)
        batch.acknowledged = done is not None and done[0] == 0

    # --- trouble

    def later(self, action, what):
        self.due.append((action["n"] + action["actions"], what))

    def do_kill(self, action, signal_number=worlds.signal.SIGKILL):
        slot = self.world.slots[action["process"]]
        slot.stop(signal_number)
        self.later(action, slot.start)

    def do_terminate(self, action):
        self.do_kill(action, worlds.signal.SIGTERM)

    def do_freeze(self, action):
        slot = self.world.slots[action["process"]]
        slot.freeze()
        self.later(action, slot.thaw)

    def do_clock(self, action):
        self.world.clock.jump(action["offset"])

    def do_cut(self, action):
        slot = self.world.slots[action["process"]]
        if slot.proxy is None:
            return self.do_pause({**action, "seconds": 0.3})
        slot.proxy.cut()
        return self.later(action, lambda: self.world.mend(slot))

    def do_half_open(self, action):
        slot = self.world.slots[action["process"]]
        if slot.proxy is None:
            return self.do_pause({**action, "seconds": 0.3})
        slot.proxy.half_open()
        return self.later(action, slot.proxy.end_half_open)

    def do_pause(self, action):
        self.world.hold_database(action["seconds"])

    # --- and then

    def do_checkpoint(self, _):
        self.due.clear()
        self.world.calm()
        checks.acknowledged_facts_are_there(self.world, self.facts)
        # Who got no answer asks again.
        self.until("every batch is taken", lambda: [self.send(b, 0) for b in self.facts.unacknowledged()] == [])
        for key in [key for key in self.keys if key not in self.answers]:
            self.until(f"an answer to {key}", lambda key=key: self.ask(*self.keys[key], key, 0, "respond-async"))
        self.until("all jobs rest", self.all_rest)
        for tenant in range(len(self.world.tenants)):
            self.until("a refresh", lambda tenant=tenant: (answer := self.ask(tenant, {}, None, 1, "wait=20")) and answer.status == 200)
        self.until("all jobs rest", self.all_rest)
        checks.metrics_are_those_of_the_model(self.world, self.facts)
        checks.what_is_served_is_what_is_stored(self.world)
        self.digests = checks.verify_says_the_same(self.world)
        checks.the_queue_is_honest(self.world)
        checks.jobs_of_callers(self.world, self.jobs, self.cancelled)

    def all_rest(self):
        """Pauses between attempts are passed over by setting the clock ahead."""
        if self.world.database.sql("SELECT 1 FROM jobs WHERE status NOT IN ('success','error','cancelled') LIMIT 1") == []:
            return True
        if self.world.database.sql("SELECT 1 FROM jobs WHERE status IN ('queued','running') LIMIT 1") == []:
            self.world.clock.jump(self.world.clock.offset + 60)
        time.sleep(0.1)
        return False

    @staticmethod
    def until(what, condition, seconds=90):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s for: {what}"
            time.sleep(0.02)

    def do(self, action):
        due, self.due = [each for each in self.due if each[0] <= action["n"]], [each for each in self.due if each[0] > action["n"]]
        for _, what in due:
            what()
        began = time.monotonic()
        getattr(self, f"do_{action['kind']}")(action)
        self.seconds[action["kind"]] += time.monotonic() - began

    def prepare(self):
        created = model.text_of(model.FIRST_FACT - model.datetime.timedelta(days=30))
        listings = "".join(json.dumps({"listingId": f"Shelf{i}", "status": "active", "createdAt": created}) + "\n"
                           for i in range(LISTINGS_OF_FIRST))
        done = self.world.run_cli("import", "listings", "-", "-t", "T0", stdin=listings)
        assert done[0] == 0, done


def run(engine, seed, count, say):
    folder = worlds.temporary_folder()
    began, done = time.monotonic(), collections.deque(maxlen=40)
    with contextlib.ExitStack() as stack:
        world = worlds.World(engine, folder)
        stack.callback(world.close)
        chaos = Run(world, seed)
        chaos.prepare()
        try:
            for action in plan.actions(seed, count):
                done.append(action)
                chaos.do(action)
                if action["kind"] == "checkpoint":
                    say(f"  {engine}, seed {seed}: {action['n']} actions, {len(chaos.facts.batches)} batches, {len(set(chaos.jobs))} jobs, "
                        f"{time.monotonic() - began:.0f} s: all is well")
        except BaseException:
            say(f"\nThe last actions on {engine}:")
            for action in done:
                say(f"  {json.dumps({k: v for k, v in action.items() if k not in ('orders', 'visits', 'listings')})}")
            say(f"logs of the processes: {folder}\nAgain: ./run chaos --actions {count} --seed {seed} --engine {engine}")
            for slot in world.slots:
                if slot.server:
                    slot.log.write("".join(slot.server.lines[-3000:]).encode("utf-8", "replace"))
            raise
    say(f"  {engine}, seed {seed}:\n" + "\n".join(f"    {outcome}: {times}" for outcome, times in sorted(chaos.outcomes.items())))
    say(f"    {sum(chaos.seconds.values()):.0f} seconds: " + ", ".join(f"{kind} {spent:.1f}" for kind, spent in chaos.seconds.most_common(6)))
    worlds.harness.shutil.rmtree(folder, ignore_errors=True)
    return chaos.digests


def run_side_by_side(worlds_wanted):
    """Several worlds at once, each in a process of its own."""
    children = [subprocess.Popen([sys.executable, __file__, "--engine", engine, "--seed", str(seed), "--actions", str(count)])
                for engine, seed, count in worlds_wanted]
    try:
        failed = [child.args for child in children if child.wait() != 0]
    finally:
        for child in children:
            child.terminate()
    assert not failed, f"failed: {failed}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=1000, help="on each engine (default 1000)")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"), help="of the first world; others follow it")
    parser.add_argument("--engine", choices=harness.ENGINES, action="append", help="default: all, side by side")
    parser.add_argument("--worlds", type=int, default=1, help="share an engine's actions among so many worlds, side by side")
    options = parser.parse_args()
    # As an exception, so that nothing that was started is left running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    engines = options.engine or harness.ENGINES
    if not harness.POSTGRES and "postgres" in engines:
        print("  postgres: skipped, ONDA_TEST_POSTGRES_URL is not set")
        engines = [engine for engine in engines if engine != "postgres"]
    wanted = [(engine, options.seed + i, options.actions // options.worlds + (i < options.actions % options.worlds))
              for engine in engines for i in range(options.worlds)]
    if len(wanted) > 1:
        run_side_by_side(wanted)
    for engine, seed, count in wanted if len(wanted) == 1 else ():
        print(f"chaos: {engine}, {count} actions, seed {seed}", flush=True)
        run(engine, seed, count, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
