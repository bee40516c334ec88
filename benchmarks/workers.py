"""What a second worker is worth in a long rehearsal, and what many runs keep in memory.

The scenario `machine-shop` is rehearsed so often that one worker takes about ten seconds, then by one and by two
workers in turns; both must give the same figures. The memory that a process ever took is looked at after 1,000 and
after 10,000 runs in one go; what it grows by is what the figures of the runs take.
"""

import hashlib
import resource
import statistics
import subprocess
import sys

from _table import Row, at_least, at_most, seconds, show

from plant_models import read
from twin import RULES, opening, rehearse

ROUNDS = 3
SHOP = read.scenario("machine-shop")
WANTED = 10.0
"""Seconds that one worker is to take."""


def played(runs: int, workers: int) -> str:
    """A digest of all the figures of all the runs."""
    start = opening(SHOP.plant, SHOP.orders)
    found = rehearse(SHOP.plant, start, RULES["atc"], runs=runs, workers=workers, engine="compiled")
    return hashlib.sha256(found.to_frame().to_csv().encode()).hexdigest()


def peak(runs: int) -> float:
    """MiB that a process of its own takes at most for so many runs."""
    done = subprocess.run(
        [sys.executable, __file__, "--peak", str(runs)], check=True, stdout=subprocess.PIPE, text=True
    )
    return float(done.stdout)


def main() -> int:
    if "--peak" in sys.argv[1:]:
        played(int(sys.argv[-1]), 1)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return 0
    played(100, 2)
    first = seconds(lambda: played(2000, 1))
    runs = max(2000, round(2000 * WANTED / first))
    digests, one, two = set(), [], []
    for _ in range(ROUNDS):
        for workers, series in ((1, one), (2, two)):
            series.append(seconds(lambda n=workers: digests.add(played(runs, n))))
    ratio = statistics.median(a / b for a, b in zip(one, two, strict=True))
    few, many = peak(1000), peak(10_000)
    rows = [
        Row("one worker", round(statistics.median(one), 2), "s", {"runs": runs}),
        Row("two workers", round(statistics.median(two), 2), "s"),
        Row("memory, 1,000 runs", round(few), "MiB"),
        Row("memory, 10,000 runs", round(many), "MiB"),
    ]
    gates = [
        at_least("two workers over one", ratio, 1.7),
        at_most("different figures", len(digests), 1),
        at_most("memory that 9,000 more runs take, MiB", many - few, 64.0),
    ]
    return show("Workers and memory", rows, gates)


if __name__ == "__main__":
    raise SystemExit(main())
