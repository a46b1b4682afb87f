#!/usr/bin/env python3
"""How many instances a day needs, and what a fleet needs. Python 3 alone.

    kubectl kustomize k8s/overlays/production | python3 k8s/capacity.py day --svg day.svg
    kubectl kustomize k8s/overlays/production | python3 k8s/capacity.py plan

The autoscaler is the one of the manifest that is read; the cost of a request is the one in app/BENCHMARKS.md. What is assumed
beside them stands in the constants below.
"""

import argparse
import math
import pathlib
import random
import re
import sys

# What tenants ask for, by the rows of the benchmark's table: reads by far, half of them kept answers.
MIX = {
    "read one row by key, cached": 0.40,
    "read one row by key": 0.25,
    "page of 20, filtered, by keyset": 0.20,
    "page of 20, embedding, one to-many level": 0.05,
    "insert": 0.05,
    "update": 0.05,
}
MEASURED_AS = "Rowhouse, 1000 tenants"
SYNC = 15  # seconds between two looks of the autoscaler, by default of Kubernetes
TOLERANCE = 0.1  # within which it does nothing, by default of Kubernetes
START = 30  # seconds from the order of an instance to its first request: scheduling, start, probes
COLD = 90  # seconds in which an instance costs more, until its code is compiled
COLD_COST = 2.0
NETWORK = 0.002  # seconds of a request in which nobody computes
MOST_IN_FLIGHT = 1024  # rowhouse.limits.shard.most-at-work; beyond it is a 503


def read_costs(path):
    """CPU seconds of application and database for one request of the mix."""
    application = database = 0.0
    found = set()
    for line in path.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) > 6 and cells[1] == MEASURED_AS and cells[0] in MIX:
            found.add(cells[0])
            application += MIX[cells[0]] * float(cells[5]) / 1e6
            database += MIX[cells[0]] * float(cells[6]) / 1e6
    if found != set(MIX):
        sys.exit(f"{path} has no row of {MEASURED_AS} for: {', '.join(sorted(set(MIX) - found))}")
    return application, database


def parse(text):
    """The YAML that kustomize writes: blocks alone, two spaces to a level, lists at the level of their name."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines() if line.strip()]
    return block(lines, 0)[0]


def block(lines, at):
    indent = lines[at][0]
    if lines[at][1].startswith("- "):
        items = []
        while at < len(lines) and lines[at][0] == indent and lines[at][1].startswith("- "):
            if not re.match(r"- [\w./-]+:( |$)", lines[at][1]):
                items.append(scalar(lines[at][1][2:]))
                at += 1
                continue
            lines[at] = (indent + 2, lines[at][1][2:])
            item, at = block(lines, at)
            items.append(item)
        return items, at
    members = {}
    while at < len(lines) and lines[at][0] == indent and not lines[at][1].startswith("- "):
        name, _, value = lines[at][1].partition(":")
        at += 1
        if value.strip():
            members[name] = scalar(value.strip())
        elif at < len(lines) and (lines[at][0] > indent or lines[at][0] == indent and lines[at][1].startswith("- ")):
            members[name], at = block(lines, at)
    return members, at


def scalar(text):
    text = text.strip("\"'")
    return int(text) if re.fullmatch(r"\d+", text) else text


def read_manifests(text):
    """Autoscaler, CPU request of an instance and its connections per lane and kind, from what kustomize rendered."""
    documents = {}
    for document in text.split("\n---\n"):
        kind = re.search(r"^kind: (\w+)$", document, re.MULTILINE)
        documents.setdefault(kind.group(1) if kind else "", document)
    if "HorizontalPodAutoscaler" not in documents:
        sys.exit("no HorizontalPodAutoscaler: pipe `kubectl kustomize k8s/overlays/production` in")
    autoscaler = parse(documents["HorizontalPodAutoscaler"])["spec"]
    container = parse(documents["Deployment"])["spec"]["template"]["spec"]["containers"][0]
    cpu = str(container["resources"]["requests"]["cpu"])
    cores = float(cpu[:-1]) / 1000 if cpu.endswith("m") else float(cpu)
    connections = re.search(r'^  rowhouse\.lanes\.connections: "(\d+)"$', text, re.MULTILINE)
    if not connections:
        sys.exit("no rowhouse.lanes.connections in a ConfigMap")
    return Autoscaler(autoscaler), cores, int(connections.group(1))


class Autoscaler:
    """autoscaling/v2 as its documentation describes it: highest of all metrics, stabilised, then bounded by policies."""

    DEFAULTS = {
        "scaleUp": {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [
            {"type": "Percent", "value": 100, "periodSeconds": 15}, {"type": "Pods", "value": 4, "periodSeconds": 15}]},
        "scaleDown": {"stabilizationWindowSeconds": 300, "selectPolicy": "Max", "policies": [
            {"type": "Percent", "value": 100, "periodSeconds": 15}]},
    }

    def __init__(self, spec):
        self.least, self.most = spec["minReplicas"], spec["maxReplicas"]
        self.cpu = self.in_flight = None
        for metric in spec["metrics"]:
            if metric["type"] == "Resource":
                self.cpu = metric["resource"]["target"]["averageUtilization"] / 100
            elif metric["type"] == "Pods":
                self.in_flight = float(metric["pods"]["target"]["averageValue"])
        behavior = spec.get("behavior", {})
        self.up = {**self.DEFAULTS["scaleUp"], **behavior.get("scaleUp", {})}
        self.down = {**self.DEFAULTS["scaleDown"], **behavior.get("scaleDown", {})}
        self.wanted = []  # (time, recommendation)
        self.changes = []  # (time, difference)

    def decide(self, now, current, utilization, in_flight):
        ratios = [(utilization, self.cpu), (in_flight, self.in_flight)]
        wishes = [current if abs(seen / target - 1) <= TOLERANCE else math.ceil(current * seen / target)
                  for seen, target in ratios if target]
        self.wanted.append((now, max(wishes)))
        self.wanted = [entry for entry in self.wanted if entry[0] > now - 3600]
        rising = min(wish for time, wish in self.wanted if time >= now - self.up["stabilizationWindowSeconds"])
        falling = max(wish for time, wish in self.wanted if time >= now - self.down["stabilizationWindowSeconds"])
        desired = rising if rising > current else falling if falling < current else current
        if desired > current:
            desired = min(desired, self.bound(now, current, self.up, +1))
        elif desired < current:
            desired = max(desired, self.bound(now, current, self.down, -1))
        desired = max(self.least, min(self.most, desired))
        if desired != current:
            self.changes.append((now, desired - current))
        return desired

    def bound(self, now, current, rule, sign):
        bounds = []
        for policy in rule["policies"]:
            done = sum(step for time, step in self.changes
                       if time > now - policy["periodSeconds"] and step * sign > 0)
            before = current - done
            share = before * policy["value"] / 100 if policy["type"] == "Percent" else policy["value"]
            bounds.append(math.ceil(before + sign * share) if sign > 0 else math.floor(before - share))
        widest = max if sign > 0 else min
        return widest(bounds) if rule.get("selectPolicy", "Max") == "Max" else (min if sign > 0 else max)(bounds)


def load(second, peak):
    """A working day: morning, lunch, afternoon, a nightly import, and ten minutes in which everybody comes at once."""
    hour = second / 3600
    hump = lambda middle, width: math.exp(-(((hour - middle) / width) ** 2))
    share = 0.08 + 0.78 * hump(10.5, 1.7) + 0.88 * hump(15.0, 2.2) + 0.18 * hump(20.0, 1.5) + 0.22 * hump(2.5, 0.25)
    if 13.5 <= hour < 13.5 + 1 / 6:
        share *= 1.8
    return peak * share


class Day:
    """One day in steps of the autoscaler's look."""

    def __init__(self, autoscaler, cores, cost, peak):
        self.rows, self.refused, self.asked, self.hours, self.hot = [], 0.0, 0.0, 0.0, 0
        noise = random.Random(1)
        births = [-3600] * autoscaler.least
        wait = NETWORK + sum(cost)
        for now in range(0, 24 * 3600, SYNC):
            rate = load(now, peak) * noise.uniform(0.93, 1.07)
            ready = [birth for birth in births if now - birth >= START]
            # A cold instance gets as many requests as the others and pays more for each.
            demands = [rate / len(ready) * cost[0] * (COLD_COST if now - birth < START + COLD else 1) / cores
                       for birth in ready]
            served = sum(min(1.0, 1 / demand) for demand in demands) / len(ready)
            busy = sum(min(1.0, demand) for demand in demands) / len(ready)
            in_flight = min(MOST_IN_FLIGHT, rate * served / len(ready) * wait / max(0.02, 1 - busy))
            self.asked += rate * SYNC
            self.refused += rate * (1 - served) * SYNC
            self.hours += len(births) * SYNC / 3600
            self.hot += SYNC if max(demands) > 0.9 else 0
            self.rows.append((now, rate, len(births), busy, in_flight))
            wanted = autoscaler.decide(now, len(births), busy, in_flight)
            births = births[:wanted] + [now] * (wanted - len(births))  # the youngest leave first


def tell(day, autoscaler, cost, cores, peak):
    print(f"One request of the mix: {cost[0] * 1e6:.0f} µs of the application, {cost[1] * 1e6:.0f} µs of the database.")
    print(f"One instance: {cores:g} core(s), {cores / cost[0]:,.0f} requests/s at most, "
          f"{autoscaler.cpu * cores / cost[0]:,.0f} at the autoscaler's {autoscaler.cpu:.0%}.")
    print(f"Load: {peak:,.0f} requests/s is the measure of the day; {autoscaler.least} to {autoscaler.most} instances.\n")
    print("hour   requests/s       CPU  in flight  instances")
    for hour in range(24):
        rows = [row for row in day.rows if row[0] // 3600 == hour]
        mean = lambda index: sum(row[index] for row in rows) / len(rows)
        least, most = min(row[2] for row in rows), max(row[2] for row in rows)
        print(f"{hour:02d}:00 {mean(1):>11,.0f} {mean(3):>9.0%} {mean(4):>10.0f}  "
              f"{'█' * least}{'░' * (most - least)} {least}" + (f"–{most}" if most > least else ""))
    print(f"\n{day.hours:,.0f} instance-hours; {autoscaler.most * 24} if the most ran all day. "
          f"{day.refused / day.asked:.3%} of {day.asked / 1e6:,.0f} million requests refused (503 with Retry-After).")
    print(f"{day.hot / 60:.0f} minutes with an instance above 90 % of its core.")


def picture(day, autoscaler):
    width, height, left, gap = 960, 210, 64, 56
    x = lambda now: left + now / 86400 * (width - left - 20)
    most = max(row[1] for row in day.rows)
    round_to = 10 ** math.floor(math.log10(most)) * 0.4
    panels = [("requests per second", 1, math.ceil(most / round_to) * round_to, "#3b6ea5"),
              ("instances", 2, autoscaler.most + 1, "#a5533b"),
              ("CPU of an instance, % of its request", 3, 1.0, "#4d8a57")]
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{(height + gap) * 3 + 10}" '
           'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>']
    for number, (name, index, top, color) in enumerate(panels):
        base = (height + gap) * number + gap - 16
        y = lambda value: base + height - value / top * height
        out.append(f'<text x="{left}" y="{base - 10}" font-weight="bold">{name}</text>')
        steps = range(0, int(top) + 1, 2) if index == 2 else [top * part / 4 for part in range(5)]
        for step in steps:
            label = f"{step:.0%}" if index == 3 else f"{step:,.0f}"
            out.append(f'<path d="M{left} {y(step):.1f}H{width - 20}" stroke="#ddd"/>'
                       f'<text x="{left - 6}" y="{y(step) + 4:.1f}" text-anchor="end" fill="#555">{label}</text>')
        for hour in range(0, 25, 3):
            out.append(f'<text x="{x(hour * 3600):.1f}" y="{base + height + 16}" text-anchor="middle" '
                       f'fill="#555">{hour:02d}:00</text>')
        bounds = {2: [autoscaler.least, autoscaler.most], 3: [autoscaler.cpu]}.get(index, [])
        for bound in bounds:
            out.append(f'<path d="M{left} {y(bound):.1f}H{width - 20}" stroke="{color}" stroke-dasharray="4 4"/>')
        points = [(x(row[0]), y(row[index])) for row in day.rows[:: 1 if index == 2 else 4]]
        path = f"M{points[0][0]:.1f} {points[0][1]:.1f}" + "".join(
            f"H{px:.1f}V{py:.1f}" if index == 2 else f"L{px:.1f} {py:.1f}" for px, py in points[1:])
        out.append(f'<path d="{path}" fill="none" stroke="{color}" stroke-width="1.6"/>')
    return "\n".join(out + ["</svg>\n"])


# A fleet. What is not assumed was measured, on one machine: it is a beginning, to be put right by your own metrics.
PEAK_PER_TENANT = 0.3  # requests/s at the fleet's peak: assumed, some 12,000 a day
WRITES = MIX["insert"] + MIX["update"]
HOUSES = 10_000  # of a shard: onboarding, migrations and catalogs were measured flat up to there
SHARD_CORES = 4
SHARD_BUSY = 0.5  # the rest is for vacuum, checkpoints, replicas and what a mean does not show
LANES = 8
KINDS = 4  # of work, each with its connections: plain reads, plain writes, transactions, reads by key
# Those of them whose sessions come to know houses: all but transactions, which the mix has none of. Where functions or policies
# do the work, transactions know the houses in place of the others.
KNOWING = 3
MOST_SESSIONS = 1_000  # max_connections of a shard, as in components/cloudnative-pg
OWN = 8  # connections of an instance to a shard beside the lanes
ENDING = 2  # instances that a rollout has told to end and that still have their connections: up to 55 s each
MB_PER_HOUSE = 0.2  # of a session for each house that it has touched: 155 to 258 MB for 1,000 of ten tables
TOUCHED = 0.5  # of its lane's houses, over a session's life of half an hour: assumed
EVENTS = 16_741  # changes/s that one relay carried to Kafka
EVENT_BYTES = 1_000  # assumed
DAYS = 7  # rowhouse.kafka.retention
MEAN_OF_PEAK = 0.35  # of the simulated day
KEPT_BYTES = 50_000  # in Redis for each tenant: answers and counts; assumed


def plan(tenants, autoscaler, cores, connections, cost):
    rate = tenants * PEAK_PER_TENANT
    need = rate * cost[0] / (cores * autoscaler.cpu)
    instances = max(autoscaler.least, math.ceil(need * 1.5))
    by_houses, by_cpu = tenants / HOUSES, rate * cost[1] / (SHARD_CORES * SHARD_BUSY)
    shards = max(math.ceil(by_houses), math.ceil(by_cpu), 2 if tenants >= 1_000 else 1)
    per_kind = connections if shards <= 2 else 1
    sessions = (instances + 1 + ENDING) * (LANES * KINDS * per_kind + OWN)
    touched = tenants / shards * 2 / LANES * TOUCHED
    memory = instances * LANES * KNOWING * per_kind * touched * MB_PER_HOUSE / 1024
    changes = rate * WRITES
    brokers = 3 if tenants >= 1_000 else 1
    kept = changes * MEAN_OF_PEAK * EVENT_BYTES * 86_400 * DAYS * brokers / 1e9
    redis = tenants * KEPT_BYTES / 1e9
    print(f"""{tenants:,} tenants
  load       {tenants:,} × {PEAK_PER_TENANT} = {rate:,.0f} requests/s at the peak
  instances  {rate:,.0f} × {cost[0] * 1e6:.0f} µs ÷ ({cores:g} core × {autoscaler.cpu:.0%}) = {need:.2f}; × 1.5, so that a third may be \
lost with its zone; at least {autoscaler.least} → {instances}
  shards     houses {tenants:,} ÷ {HOUSES:,} = {by_houses:.2f}; CPU {rate:,.0f} × {cost[1] * 1e6:.0f} µs ÷ ({SHARD_CORES} cores × \
{SHARD_BUSY:.0%}) = {by_cpu:.2f}{"; two, so that the loss of one is not the loss of all" if tenants >= 1_000 and shards == 2 else ""} → {shards}
  sessions   ({instances} + 1 of a rollout + {ENDING} that end) × ({LANES} lanes × {KINDS} kinds × {per_kind} + {OWN}) = {sessions} of each \
shard's {MOST_SESSIONS:,}
  memory     of a shard's sessions: {instances} × {LANES} × {KNOWING} × {per_kind} × {touched:,.0f} houses touched × {MB_PER_HOUSE} MB = {memory:.1f} GB, \
beside its buffers
  Kafka      {rate:,.0f} × {WRITES:.0%} = {changes:,.1f} changes/s, {changes / shards:,.1f} for each shard's relay (measured: {EVENTS:,}); \
{changes:,.1f} × {MEAN_OF_PEAK} × {EVENT_BYTES / 1000:g} kB × {DAYS} days × {brokers} {"copies" if brokers > 1 else "copy"} = {kept:,.1f} GB → {brokers}
  Redis      {tenants:,} × {KEPT_BYTES / 1000:g} kB = {redis:.2f} GB → 1, without a replica: it may be lost
""")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=["day", "plan"])
    options.add_argument("--peak", type=float, default=30_000, help="requests/s that the day is measured by")
    options.add_argument("--svg", type=pathlib.Path, help="where the picture goes")
    options.add_argument("--benchmarks", type=pathlib.Path,
                         default=pathlib.Path(__file__).parent.parent / "app" / "BENCHMARKS.md")
    arguments = options.parse_args()
    cost = read_costs(arguments.benchmarks)
    autoscaler, cores, connections = read_manifests(sys.stdin.read())
    if arguments.what == "plan":
        for tenants in (10, 1_000, 100_000):
            plan(tenants, autoscaler, cores, connections, cost)
        return
    day = Day(autoscaler, cores, cost, arguments.peak)
    tell(day, autoscaler, cost, cores, arguments.peak)
    if arguments.svg:
        arguments.svg.write_text(picture(day, autoscaler))


if __name__ == "__main__":
    main()
