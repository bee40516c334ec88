"""What of a plant can be turned to see what matters: factors of a study, each from some way below to some way above."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from plant_models.errors import InvalidPlant
from plant_models.plant import Plant
from plant_models.scenario import Scenario
from plant_models.units import duration
from twin.changes import (
    BufferSize,
    Change,
    ChangeoverTime,
    CrewSize,
    Demand,
    FailureTime,
    FleetSize,
    OtherRule,
    RepairTime,
    Speed,
    ToolCount,
    to_dict,
)
from ui.edit_resources import JOIN, failures_of, fleets_of

Entry = Mapping[str, Any]
"""A factor as a study file has it."""

TIMES = (0.5, 1.5)
"""From which to which multiple of itself a mean time goes."""

SPEEDS, DEMANDS = (0.8, 1.2), (0.9, 1.1)
"""From which to which multiple a machine's speed goes, and how often orders come."""


def offered(scenario: Scenario) -> dict[str, Entry]:
    """Every factor that a plant offers, by a name that says what is turned; those of one kind stand together.

    Examples
    --------
    >>> from plant_models import read
    >>> offered(read.scenario("machine-shop"))["speed of saw-1"]
    {'change': 'speed', 'machine': 'saw-1', 'factor': {'from': 0.8, 'to': 1.2}}
    """
    plant = scenario.plant
    found: dict[str, Entry] = {}
    for machine in plant.machines:
        found[f"speed of {machine}"] = _open(Speed(machine, 1.0), "factor", SPEEDS)
    found |= _of_failures(plant)
    found |= _of_counts(scenario.with_orders(()))
    for name, center in plant.work_centers.items():
        if center.changeover is not None:
            found[f"changeovers at {name}"] = _open(ChangeoverTime(name, 1.0), "factor", TIMES)
    for name in plant.arrivals:
        found[f"demand of {name}"] = _open(Demand(name, 1.0), "factor", DEMANDS)
    rules = dict.fromkeys((scenario.rule, "edd", "atc", "spt"))
    found["rule"] = {**to_dict(OtherRule("edd")), "rule": list(rules)}
    return found


def _of_failures(plant: Plant) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for row, failure in failures_of(plant):
        machine, _, name = row.partition(JOIN)
        for words, kind, times in (
            ("time to failure", FailureTime, failure.time_to_failure),
            ("time to repair", RepairTime, failure.time_to_repair),
        ):
            low, high = (1000 * round(share * times.mean / 1000) for share in TIMES)
            if 0 < low < high:
                ends = (duration(low), duration(high))
                found[f"{words} of {machine} ({name})"] = _open(kind(machine, low, name), "mean", ends)
    return found


def _of_counts(scenario: Scenario) -> dict[str, Entry]:
    """Of what there is a number of: places, people, tools, vehicles; from half to twice as many, or one more."""
    plant = scenario.plant
    machines = plant.machines.values()
    fleets = {name: sum(machine.work_center == name for machine in machines) for name in fleets_of(plant)}
    kinds: Sequence[tuple[str, str, Callable[[str, int], Change], Mapping[str, int]]] = (
        ("places", "capacity", BufferSize, {n: b.capacity for n, b in plant.buffers.items() if b.capacity}),
        ("people", "size", CrewSize, {name: crew.size for name, crew in plant.crews.items()}),
        ("units", "count", ToolCount, {name: tool.count for name, tool in plant.tools.items()}),
        ("vehicles", "size", FleetSize, fleets),
    )
    found: dict[str, Entry] = {}
    for words, key, change, sizes in kinds:
        for name, size in sizes.items():
            low = max(1, size // 2)
            low = low if _can(scenario, change(name, low)) else size
            high = max(size + 1, 2 * size)
            if _can(scenario, change(name, high)):
                found[f"{words} of {name}"] = _open(change(name, size), key, (low, high))
    return found


def _can(scenario: Scenario, change: Change) -> bool:
    """Whether the plant can be so: work that takes two people needs a crew of two."""
    try:
        change.apply(scenario)
    except InvalidPlant:
        return False
    return True


def _open(change: Change, key: str, ends: tuple[Any, Any]) -> Entry:
    return {**to_dict(change), key: {"from": ends[0], "to": ends[1]}}


def document(
    factors: Mapping[str, Entry],
    *,
    method: Mapping[str, Mapping[str, int]],
    response: str,
    runs: int,
    seed: int,
    scenario: str = "",
    rule: str | None = None,
    until: int | None = None,
) -> dict[str, Any]:
    """The study file that asks which of the *factors* matter for a *response*; *until* in milliseconds."""
    kind = next(iter(method))
    words = {"morris": "which factors matter at all", "sobol": "how much each factor is to blame for"}[kind]
    return {
        "study": f"sensitivity of {response}, {kind}",
        "title": words,
        **({"scenario": scenario} if scenario else {}),
        "factors": {name: dict(entry) for name, entry in factors.items()},
        "responses": [response],
        **({"rule": rule} if rule else {}),
        "runs": runs,
        "seed": seed,
        **({} if until is None else {"until": duration(until)}),
        "method": {name: dict(taken) for name, taken in method.items()},
    }


def ends(entry: Entry) -> str:
    """From where to where a factor goes, as people say it.

    Examples
    --------
    >>> ends({"change": "speed", "machine": "saw-1", "factor": {"from": 0.8, "to": 1.2}})
    '0.8 to 1.2 times'
    >>> ends({"change": "rule", "rule": ["fifo", "edd", "spt"]})
    'fifo, edd or spt'
    """
    for key, value in entry.items():
        if isinstance(value, Mapping) and {"from", "to"} <= set(value):
            return f"{value['from']} to {value['to']}" + (" times" if key == "factor" else "")
        if isinstance(value, list):
            *all_but, last = map(str, value)
            return f"{', '.join(all_but)} or {last}" if all_but else last
    return ""


def is_ordered(entry: Entry) -> bool:
    """Whether a factor has a way up and a way down: a speed has, a rule has not."""
    return not any(isinstance(value, list) for value in entry.values())


def as_yaml(study: Mapping[str, Any]) -> str:
    """A study file's text."""
    text: str = yaml.safe_dump(dict(study), sort_keys=False, allow_unicode=True)
    return text


def plays(method: Mapping[str, Mapping[str, int]], factors: int, runs: int) -> int:
    """How many runs a method takes at most; designs that come up twice are played once."""
    if "morris" in method:
        return method["morris"]["trajectories"] * (factors + 1) * runs
    return method["sobol"]["samples"] * (factors + 2) * runs


def shown(rows: Sequence[Mapping[str, Any]], measure: str) -> Iterator[tuple[str, bool]]:
    """Each factor, the strongest first, and whether its effect is told from nothing by its interval."""
    known = sorted(rows, key=lambda row: (-(row[measure] or 0.0), row["factor"]))
    for row in known:
        value, half = row[measure], row[f"{measure}_conf"]
        yield row["factor"], value is not None and value > (half or 0.0)
