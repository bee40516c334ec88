"""What every benchmark prints: a table, or with --json one object with its measurements and gates."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:1] = [str(HERE.parent)]  # a benchmark may be named like the package that it measures: the package comes first
sys.path.append(str(HERE))


class Row(NamedTuple):
    """One measurement, with figures that belong to it."""

    name: str
    value: float
    unit: str
    beside: Mapping[str, float] = {}


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


def show(
    title: str, rows: Sequence[tuple[str, float, str] | Row], gates: Sequence[Gate], notes: Sequence[str] = ()
) -> int:
    """Print the measurements, the gates and the notes; 1 where a gate does not hold."""
    known = [Row(*row) for row in rows]
    if "--json" in sys.argv[1:]:
        measurements = [{"name": row.name, "value": row.value, "unit": row.unit, **row.beside} for row in known]
        found = {"title": title, "measurements": measurements, "gates": [asdict(gate) for gate in gates]}
        print(json.dumps(found | ({"notes": list(notes)} if notes else {})))
        return int(not all(gate.holds for gate in gates))
    print(title)
    width = max(len(name) for name, *_ in [*known, *((gate.name,) for gate in gates)])
    for row in known:
        beside = "".join(f"  {name} {_shown(value)}" for name, value in row.beside.items())
        print(f"  {row.name:<{width}}  {_shown(row.value):>14} {row.unit}{beside}")
    for gate in gates:
        verdict = "holds" if gate.holds else "MISSED"
        print(f"  {gate.name:<{width}}  {_shown(gate.got):>14} wanted {gate.wanted}: {verdict}")
    for note in notes:
        print(f"  {note}")
    return int(not all(gate.holds for gate in gates))


def _shown(value: float) -> str:
    """Four digits at least, and every digit before the point."""
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:,.4g}"
