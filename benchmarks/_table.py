"""What every benchmark prints: a table, or with --json one object with its measurements and gates."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Gate:
    """A promise: *got* must be at least (or at most) *wanted*."""

    name: str
    got: float
    wanted: str
    holds: bool


def at_least(name: str, got: float, wanted: float) -> Gate:
    return Gate(name, round(got, 4), f">= {wanted:g}", got >= wanted)


def at_most(name: str, got: float, wanted: float) -> Gate:
    return Gate(name, round(got, 4), f"<= {wanted:g}", got <= wanted)


def medians(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each, taken in turn A B A B ... so that a slow moment of the machine hits all alike."""
    found: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for series, measure in zip(found, measures, strict=True):
            series.append(measure())
    return [statistics.median(series) for series in found]


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds that *work* takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def show(title: str, rows: Sequence[tuple[str, float, str]], gates: Sequence[Gate]) -> int:
    """Print the measurements (name, figure, unit) and the gates; 1 where one does not hold."""
    if "--json" in sys.argv[1:]:
        measurements = [{"name": name, "value": value, "unit": unit} for name, value, unit in rows]
        print(json.dumps({"title": title, "measurements": measurements, "gates": [asdict(gate) for gate in gates]}))
    else:
        print(title)
        width = max(len(name) for name, *_ in [*rows, *((gate.name,) for gate in gates)])
        for name, value, unit in rows:
            print(f"  {name:<{width}}  {value:>14,.4g} {unit}")
        for gate in gates:
            verdict = "holds" if gate.holds else "MISSED"
            print(f"  {gate.name:<{width}}  {gate.got:>14,.4g} wanted {gate.wanted}: {verdict}")
    return int(not all(gate.holds for gate in gates))
