"""The simulated floor beside bare SimPy and beside other simulators, on a line, a failing line and a job shop.

Ours applies every fact to the state and records it, in Python and, beside that, in machine code where facts are counted
alone; bare SimPy remembers nothing, and where a peer can leave its logs
unwritten, it does. Each engine has a process of its own and they take turns, so that a slow moment of the machine hits
all alike; peers, which are slow, sit out most rounds. A figure is operations per CPU second, the median of the rounds,
and so is the ratio to process-style SimPy in the same round. Building a model is not counted, putting our orders on the
floor is. Beside it stands what shows that it was the same plant: throughput or makespan.

Peers are played where they are installed (`make peers`); `--peers DIRECTORY` says where, else `.peers`.
"""

import argparse
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

from _table import HERE, Gate, Row, at_least, at_most, show
from peers.cases import FAILING_PACE, PACE, WARM_UP
from peers.install import python_of, why_not

OURS, PROCESS, CALLBACK = "foreshift", "SimPy, processes", "SimPy, callbacks"
COMPILED, NAGASIM, CIMBA = "foreshift, compiled", "nagasim", "cimba"
OVER_NAGASIM = 100.0
"""How many times as fast as nagasim the compiled floor must be."""
OVER_CIMBA = 1.0
"""How many times as fast as cimba, whose models are machine code too, the compiled floor must be."""
_NO_PEERS = (OURS, COMPILED, PROCESS, CALLBACK, CIMBA)
"""What the simulated floor need not keep up with, or is itself."""
WANTED = 0.5
"""How fast the floor must be, recording, beside SimPy in its own style."""
ROUNDS, PEERS_EVERY = 9, 4
"""Rounds in all, and how many it takes for peers to have another turn."""
SURE = 4.0
"""How many standard errors a throughput may lie from where it belongs."""


@dataclass(frozen=True)
class Case:
    """One plant; *value* is its throughput, with the spread of one part, or None where all must say the same."""

    id: str
    title: str
    figure: str
    value: float | None = None
    spread: float = 0.0


CASES = (
    Case("line", "line of 10 machines, buffers of 10, exponential times", "throughput", PACE, 0.5),
    Case(
        "failures",
        "line of 3 machines, buffers of 10, exponential times, breakdowns by the clock",
        "throughput",
        FAILING_PACE,
        1.4,
    ),
    Case("shop", "job shop, 10 machines x 100 jobs, shortest time first", "makespan, ms"),
)


class Engine(NamedTuple):
    """*model* is a file in `peers`; *sizes* are the parts (or shops) of a run, for about a second of work."""

    name: str
    model: str
    peer: str | None
    sizes: tuple[int, int, int]

    def size(self, case: "Case") -> int:
        return self.sizes[CASES.index(case)]


ENGINES = (
    Engine(OURS, "foreshift_floor", None, (6000, 16000, 15)),
    Engine(COMPILED, "foreshift_compiled", None, (40000, 100000, 500)),
    Engine(PROCESS, "simpy_process", None, (6000, 16000, 20)),
    Engine(CALLBACK, "simpy_callback", None, (12000, 32000, 60)),
    Engine("simantha", "simantha_line", "simantha", (3000, 0, 0)),
    Engine("simulatte", "simulatte_shop", "simulatte", (0, 0, 20)),
    Engine("salabim", "salabim_components", "salabim", (2000, 4000, 10)),
    Engine("Ciw", "ciw_network", "ciw", (2000, 0, 10)),
    Engine(NAGASIM, "nagasim_blocks", "nagasim", (1000, 2000, 4)),
    Engine(CIMBA, "cimba_line", "cimba", (400_000, 0, 0)),
    Engine("prodsys", "prodsys_system", "prodsys", (400, 600, 1)),
)


@dataclass
class Result:
    """What an engine did in one case, by round; *cannot* says why it did nothing."""

    speeds: dict[int, float] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)
    size: int = 0
    cannot: str = ""

    @property
    def speed(self) -> float:
        return statistics.median(self.speeds.values())

    def times(self, other: "Result") -> float:
        """How many times as fast as another, the median over the rounds that both played."""
        return statistics.median(
            speed / other.speeds[turn] for turn, speed in self.speeds.items() if turn in other.speeds
        )

    @property
    def value(self) -> float:
        return statistics.fmean(self.values)


class Broken(Exception):
    """An engine that is installed came to a bad end."""


class Process:
    """An engine at work: asked for one run at a time, and what it says meanwhile kept in *said*."""

    def __init__(self, engine: Engine, python: Path, said: IO[bytes]) -> None:
        paths = [str(HERE / "peers"), *([] if engine.peer else [str(HERE.parent)])]
        self.name = engine.name
        self._said = said
        self._process = subprocess.Popen(
            [str(python), str(HERE / "peers" / f"{engine.model}.py")],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )

    def play(self, case: str, size: int, seed: int) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"case": case, "size": size, "seed": seed}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._broken() from None
        answer = self._process.stdout.readline()
        if not answer:
            raise self._broken()
        return dict(json.loads(answer))

    def close(self) -> None:
        self._process.communicate()

    def _broken(self) -> Broken:
        """The last that it said."""
        self._process.wait()
        self._said.seek(0)
        last = self._said.read().decode(errors="replace").strip().splitlines()[-1:]
        return Broken(f"{self.name} came to a bad end: {''.join(last) or 'it said nothing'}")


@contextmanager
def at_work(engines: Sequence[tuple[Engine, Path]]) -> Iterator[list[tuple[Engine, Process]]]:
    with ExitStack() as stack:
        processes = [
            (engine, Process(engine, python, stack.enter_context(tempfile.TemporaryFile())))
            for engine, python in engines
        ]
        for _, process in processes:
            stack.callback(process.close)
        yield processes


def measure(engines: Sequence[tuple[Engine, Path]], rounds: int) -> tuple[dict[str, dict[str, Result]], list[str]]:
    """What each engine did, by case and name; and which came to a bad end."""
    results = {case.id: {engine.name: Result(size=engine.size(case)) for engine, _ in engines} for case in CASES}
    broken: dict[str, str] = {}
    with at_work(engines) as processes:
        for turn, case, (engine, process) in itertools.product(range(rounds), CASES, processes):
            result = results[case.id][engine.name]
            if engine.name in broken or result.cannot or (engine.peer and turn % PEERS_EVERY):
                continue
            try:
                answer = process.play(case.id, result.size, seed=turn + 1)
            except Broken as why:
                broken[engine.name] = str(why)
                continue
            if "cannot" in answer:
                result.cannot = answer["cannot"]
            else:
                result.speeds[turn] = answer["operations"] / answer["seconds"]
                result.values.append(answer["value"])
    return results, list(broken.values())


def rows(case: Case, results: dict[str, Result]) -> list[Row]:
    """The engines that can play the case, the fastest first."""
    ran = sorted(((name, result) for name, result in results.items() if result.speeds), key=lambda pair: -pair[1].speed)
    bare = results[PROCESS]
    return [
        Row(
            f"{case.id}: {name}",
            round(result.speed),
            "operations/s",
            {"times SimPy": round(result.times(bare), 4), case.figure: round(result.value, 4)},
        )
        for name, result in ran
    ]


def gates(case: Case, results: dict[str, Result]) -> list[Gate]:
    """Fast enough, all peers behind, and all played the same plant."""
    ran = {name: result for name, result in results.items() if result.speeds}
    ours = ran[OURS]
    found = [at_least(f"{case.id}: foreshift over SimPy's processes", ours.times(ran[PROCESS]), WANTED)]
    peers = {name: result.times(ours) for name, result in ran.items() if name not in _NO_PEERS}
    if peers:
        fastest = max(peers, key=lambda name: peers[name])
        found.append(at_most(f"{case.id}: fastest peer ({fastest}) over foreshift", peers[fastest], 1.0))
    if NAGASIM in ran:
        found.append(at_least(f"{case.id}: compiled over nagasim", ran[COMPILED].times(ran[NAGASIM]), OVER_NAGASIM))
    if CIMBA in ran:
        found.append(at_least(f"{case.id}: compiled over cimba", ran[COMPILED].times(ran[CIMBA]), OVER_CIMBA))
    if case.value is None:
        spans = {value for result in ran.values() for value in result.values}
        found.append(at_most(f"{case.id}: different makespans", len(spans), 1))
    else:
        worst = max(_errors(case, result) for result in ran.values())
        found.append(at_most(f"{case.id}: throughput off, in standard errors", worst, SURE))
    return found


def _errors(case: Case, result: Result) -> float:
    assert case.value is not None
    parts = (result.size - WARM_UP) * len(result.values)
    return abs(result.value - case.value) / (case.spread / math.sqrt(parts))


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--peers", type=Path, default=HERE.parent / ".peers", help="where the peers are installed")
    reader.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds; peers play one in {PEERS_EVERY}")
    reader.add_argument("--json", action="store_true", help="print one JSON object")
    given = reader.parse_args()
    engines, notes = [], []
    for engine in ENGINES:
        python = python_of(given.peers, engine.peer) if engine.peer else Path(sys.executable)
        if python.exists():
            engines.append((engine, python))
        elif engine.peer:
            notes.append(f"not installed: {engine.name} ({why_not(given.peers, engine.peer)})")
    results, broken = measure(engines, max(1, given.rounds))
    notes += [
        f"{case.id}: {name} cannot: {result.cannot}"
        for case in CASES
        for name, result in results[case.id].items()
        if result.cannot
    ]
    return show(
        "Simulated floor, all facts applied and recorded, beside bare SimPy and other simulators",
        [row for case in CASES for row in rows(case, results[case.id])],
        [
            *(gate for case in CASES for gate in gates(case, results[case.id])),
            at_most("engines that came to a bad end", len(broken), 0),
        ],
        [*(f"{case.id} is a {case.title}" for case in CASES), *notes, *broken],
    )


if __name__ == "__main__":
    raise SystemExit(main())
