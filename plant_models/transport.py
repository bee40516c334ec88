"""Vehicles: how fleets of AGVs, forklifts or tugger trains take orders from one location to another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from plant_models.distributions import Constant, Distribution, Lognormal
from plant_models.errors import known_names
from plant_models.shifts import MINUTE


@dataclass(frozen=True, slots=True)
class Move:
    """A step that takes an order from the location *origin*, where it stands, to the location *to*."""

    origin: str
    to: str

    def __post_init__(self) -> None:
        if self.origin == self.to:
            raise ValueError(f"a move leads from {self.origin!r} to itself; name two locations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """How the vehicles of a work center get about.

    A vehicle runs empty from where it stands to where an order is: that is its setup. Then it loads, runs, and unloads:
    that is its work. *distances* are metres between locations, driven at *speed* metres per minute; *times*
    (milliseconds) go before them. What is said one way holds the other way too, unless that is said as well. Between
    locations for which nothing is said, the way is the quickest over others. *load* and *unload* are milliseconds, for
    all that a vehicle takes at once.

    Vehicles stand at *start* in the beginning; where that is left open, each begins where it is first wanted. New
    orders stand at *entry*, and orders with nothing more to do are taken to *exit*; where these are left open, others
    see to that. With a *variation* (coefficient of variation) times are lognormal about those means.
    """

    speed: float = 60.0
    distances: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    times: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    load: int = 0
    unload: int = 0
    start: str | None = None
    entry: str | None = None
    exit: str | None = None
    variation: float = 0.0
    _runs: dict[tuple[str, str], int] = field(init=False, repr=False, compare=False, default_factory=dict)
    _locations: dict[str, None] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.speed < float("inf"):
            raise ValueError(f"the speed must be more than zero, not {self.speed} m/min")
        if self.load < 0 or self.unload < 0:
            raise ValueError("the times to load and to unload must be zero or more")
        if not 0 <= self.variation < float("inf"):
            raise ValueError(f"the variation must be a number of at least 0, not {self.variation}")
        known = self._legs()
        self._locations.update(dict.fromkeys(name for leg in known for name in leg))
        if len(self._locations) < 2:
            raise ValueError("it goes nowhere; give distances (or times) between at least two locations")
        self._runs.update(_ways(tuple(self._locations), known))
        for what, name in (("start", self.start), ("entry", self.entry), ("exit", self.exit)):
            if name is not None and name not in self._locations:
                raise ValueError(f"{what}: {known_names('location', name, self._locations)}")

    @property
    def locations(self) -> tuple[str, ...]:
        """Where its vehicles get to."""
        return tuple(self._locations)

    def serves(self, *names: str) -> bool:
        """Whether its vehicles get to all those locations."""
        return all(name in self._locations for name in names)

    def run(self, origin: str, to: str) -> int:
        """Mean milliseconds to get from one location to another."""
        return 0 if origin == to else self._runs[origin, to]

    def carry(self, origin: str, to: str) -> Distribution:
        """The time to load at one location, run to another, and unload."""
        return self._spread(self.load + self.run(origin, to) + self.unload)

    def empty(self, time: int | float) -> Distribution:
        """The time of an empty run that takes *time* milliseconds in the mean."""
        return self._spread(time)

    def _spread(self, time: int | float) -> Distribution:
        return Lognormal(time, self.variation) if self.variation and time else Constant(time)

    def _legs(self) -> dict[tuple[str, str], int]:
        """What the tables say, both ways."""
        said: dict[tuple[str, str], int] = {}
        for origin, row in self.distances.items():
            for to, metres in row.items():
                said[origin, to] = _checked(origin, to, round(metres / self.speed * MINUTE) if metres >= 0 else -1)
        for table in (said, {(a, b): _checked(a, b, t) for a, row in self.times.items() for b, t in row.items()}):
            back = {(b, a): time for (a, b), time in table.items() if (b, a) not in table}
            said = {**said, **table, **back}
        return said


def _checked(origin: str, to: str, time: int) -> int:
    if origin == to:
        raise ValueError(f"from {origin!r} to itself there is no way to go")
    if time < 0:
        raise ValueError(f"from {origin!r} to {to!r}: a distance or time must be zero or more")
    return time


def _ways(names: Iterable[str], said: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """The time between any two locations: what is said, else the quickest way over others.

    References
    ----------
    Floyd (1962), Algorithm 97: shortest path, Communications of the ACM 5(6).
    """
    names, quickest = tuple(names), dict(said)
    for over in names:
        for origin in names:
            first = quickest.get((origin, over))
            if first is None:
                continue
            for to in names:
                second = quickest.get((over, to))
                if second is not None and origin != to and first + second < quickest.get((origin, to), float("inf")):
                    quickest[origin, to] = first + second
    for origin in names:
        for to in names:
            if origin != to and (origin, to) not in quickest:
                raise ValueError(f"there is no way from {origin!r} to {to!r}; say how far it is")
    return {**quickest, **said}
