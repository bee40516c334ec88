"""Foreshift's compiled floor: the same facts in machine code, counted and not written down."""

from cases import FAILING, MACHINES, ROOM, WARM_UP, shop
from foreshift_floor import TROUBLE, shop_of
from serving import Played, Stopwatch, serve

from plant_models import generate
from plant_models.distributions import Exponential
from plant_models.plant import Failure
from plant_models.scenario import Scenario
from plant_models.shifts import MINUTE
from twin.chance import Chance
from twin.compiled import CompiledFloor
from twin.decisions import Policy
from twin.policies.rules import fifo, spt
from twin.state import opening


class Ready:
    """A plant that is laid out once: a run begins with all its orders put on the floor."""

    def __init__(self, scenario: Scenario, policy: Policy) -> None:
        start = opening(scenario.plant, scenario.orders)
        self.floor = CompiledFloor(scenario.plant, start, Chance(0), policy)
        self._opening = self.floor.snapshot()

    def play(self, seed: int) -> float:
        """CPU seconds to put all orders on the floor and work until the last has left."""
        with Stopwatch() as watch:
            self.floor.restore(self._opening)
            self.floor.seed(Chance(seed))
            self.floor.look_again()
            self.floor.run()
        if self.floor.unfinished:
            raise SystemExit("the floor did not work to its end")
        return watch.seconds


_ready: dict[tuple[str, int], Ready] = {}


def produce(case: str, parts: int, seed: int, machines: int, failures: list[Failure]) -> Played:
    if (case, parts) not in _ready:
        scenario = generate.flow_line(machines, buffers=ROOM, work=Exponential(MINUTE), orders=parts, failures=failures)
        _ready[case, parts] = Ready(scenario, fifo)
    seconds = _ready[case, parts].play(seed)
    ends = sorted(_ready[case, parts].floor.orders["finished_at"].tolist())
    throughput = (parts - WARM_UP) / (ends[-1] - ends[WARM_UP - 1]) * MINUTE
    return Played(parts * machines, throughput, seconds)


def line(parts: int, seed: int) -> Played:
    return produce("line", parts, seed, MACHINES, [])


def failures(parts: int, seed: int) -> Played:
    return produce("failures", parts, seed, FAILING, [TROUBLE])


def shops(count: int, seed: int) -> Played:
    jobs = shop()
    ready = _ready.setdefault(("shop", 0), Ready(shop_of(jobs), spt))
    seconds = sum(ready.play(seed) for _ in range(count))
    return Played(count * len(jobs) * MACHINES, max(ready.floor.orders["finished_at"].tolist()), seconds)


if __name__ == "__main__":
    serve({"line": line, "failures": failures, "shop": shops})
