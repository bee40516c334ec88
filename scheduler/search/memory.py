"""A shop, and one schedule of it in the making, as the flat arrays that the compiled search works on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheduler.search import kernel
from scheduler.search import records as r
from scheduler.search.shop import Schedule, Shop
from twin.native import Row, layout_of

Numbers = NDArray[np.int64]

_TABU_BITS = 14


class Ground:
    """What never changes of a shop; any number of searches stand on it."""

    def __init__(self, shop: Shop, goal: int) -> None:
        self.shop, self.goal = shop, goal
        operations = shop.operations
        self.op_count, self.machine_count, self.job_count = len(operations), len(shop.machines), len(shop.jobs)
        self.modes = sum(len(operation.work) for operation in operations)
        self.families = 1 + max(max(o.family for o in operations), max(m.family for m in shop.machines))
        self.is_flexible = self.modes > self.op_count
        self.has_setups = any(t for m in shop.machines for row in m.setups for t in row)
        self.mean_work = sum(min(o.work.values()) for o in operations) / max(1, len(operations))
        self.mean_weight = sum(job.soon_weight or job.weight for job in shop.jobs) / max(1, len(shop.jobs))
        self.arrays: dict[str, NDArray[Any]] = {
            "ops": _records(r.Op, self.op_count),
            "modes": _records(r.Mode, self.modes),
            "spots": _records(r.Spot, self.machine_count),
            "jobs": _records(r.Job, self.job_count),
        }
        self._put_jobs()
        self._put_machines()

    def _put_jobs(self) -> None:
        number, mode = 0, 0
        for j, job in enumerate(self.shop.jobs):
            first, last = number, number + len(job.operations) - 1
            self.arrays["jobs"][j] = (first, last, job.due, job.weight, job.soon, job.soon_weight)
            for operation in job.operations:
                before = number - 1 if number > first else r.NOBODY
                after = number + 1 if number < last else r.NOBODY
                known = (operation.family, operation.ready, job.rest if number == last else 0, j)
                self.arrays["ops"][number] = (before, after, mode, len(operation.work), *known)
                for machine, work in operation.work.items():
                    self.arrays["modes"][mode] = (machine, work)
                    mode += 1
                number += 1

    def _put_machines(self) -> None:
        setups: list[int] = []
        for m, machine in enumerate(self.shop.machines):
            at = r.NOBODY
            if any(t for row in machine.setups for t in row):
                at = len(setups)
                for row in machine.setups[: self.families]:
                    setups += row[: self.families]
            self.arrays["spots"][m] = (machine.free, machine.family, at)
        self.arrays["setups"] = np.array(setups or [0], dtype=np.int64)


class Bench:
    """One schedule in the making, on a ground. What it does depends on the ground, the seed and what it is asked."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        n, m = ground.op_count, ground.machine_count
        lengths = {"order": n, "firsts": m, "lasts": m, "stamps": n, "scratch": n, "path": n + 1, "ahead": n + 1}
        kept = {"kept_order": n, "kept_machines": n, "given_order": n, "given_machines": n}
        self._arrays: dict[str, NDArray[Any]] = {
            "steps": _records(r.Step, n),
            "track": _records(r.Track, 1),
            "lines": _records(r.Line, ground.job_count),
            "weights": np.zeros(r.FEATURES, dtype=np.float64),
            "tabu": np.zeros(1 << _TABU_BITS, dtype=np.int64),
            **{name: np.zeros(length, dtype=np.int64) for name, length in (lengths | kept).items()},
        }
        self._arrays["steps"]["machine"] = r.NOBODY
        self.track["best"] = -1
        self._world = _records(r.World, 1)
        counts = {
            "op_count": n,
            "machine_count": m,
            "job_count": ground.job_count,
            "families": ground.families,
            "tabu_bits": _TABU_BITS,
            "tenure": 10 + ground.job_count // m,
            "has_setups": ground.has_setups,
            "is_attached": ground.shop.is_attached and ground.has_setups,
            "is_flexible": ground.is_flexible,
            "goal": ground.goal,
        }
        for name, array in (ground.arrays | self._arrays).items():
            self._world[name] = array.ctypes.data
        for name, count in counts.items():
            self._world[name] = count
        self.address: int = self._world.ctypes.data

    @property
    def track(self) -> Any:
        """How far it has come: a record of `scheduler.search.records.Track`."""
        return self._arrays["track"][0]

    @property
    def steps(self) -> NDArray[Any]:
        """The schedule in hand: a record of `scheduler.search.records.Step` for each operation."""
        return self._arrays["steps"]

    @property
    def order(self) -> Numbers:
        """All operations of the schedule in hand, in an order in which none precedes its cause."""
        return self._arrays["order"]

    def seed(self, seed: int) -> None:
        """Begin anew: with that luck, with nothing forbidden, no iteration counted."""
        begin = _records(r.Track, 1)
        begin["random"], begin["best"] = seed, -1
        self._arrays["track"][:] = begin
        self._arrays["tabu"][:] = 0
        self._arrays["stamps"][:] = 0

    def take(self, order: Numbers, machines: Numbers) -> int:
        """Have the schedule in hand in which operations follow in that *order*, each on its machine; its value."""
        self._arrays["given_order"][:] = order
        self._arrays["given_machines"][:] = machines
        self.enter(kernel.TAKE)
        return int(self.track["value"])

    def dispatch(self, weights: NDArray[np.float64]) -> int:
        """Have the schedule in hand that dispatching with those weights leads to; its value."""
        self._arrays["weights"][:] = weights
        self.enter(kernel.DISPATCH)
        return int(self.track["value"])

    def heat(self, begin: float, end: float) -> None:
        """Let annealing begin and end with those temperatures, in the terms of the objective."""
        self.track["heat"], self.track["cold"] = begin, end

    def enter(self, what: int, a: int = 0, b: int = 0, c: int = 0) -> int:
        """Let the compiled search do something."""
        return int(kernel.enter(self.address, what, a, b, c))

    def schedule(self, order: Numbers, machines: Numbers) -> Schedule:
        """The schedule in which operations follow in that *order*, each on its machine."""
        value = self.take(order, machines)
        rows: list[list[int]] = [[] for _ in range(self.ground.machine_count)]
        for number in order.tolist():
            rows[machines[number]].append(number)
        starts = tuple(self._arrays["steps"]["head"].tolist())
        return Schedule(tuple(map(tuple, rows)), tuple(machines.tolist()), starts, value)

    @property
    def best(self) -> int | None:
        """The value of the best schedule since it was seeded; None before there is one."""
        best = int(self.track["best"])
        return None if best < 0 else best

    @property
    def kept(self) -> tuple[Numbers, Numbers]:
        """The best schedule: all operations in an order in which none precedes its cause, and the machine of each."""
        return self._arrays["kept_order"].copy(), self._arrays["kept_machines"].copy()


def _records(row: type[Row], count: int) -> NDArray[Any]:
    return np.zeros(count, dtype=layout_of(row))
