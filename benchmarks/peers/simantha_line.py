"""simantha: lines of machines and buffers, its data collection switched off."""

import random

from cases import MACHINES, PACE, ROOM, WARM_UP
from serving import Played, Stopwatch, serve
from simantha import Buffer, Machine, Sink, Source, System
from simantha.simulation import Distribution


class Exponential(Distribution):
    """Continuous times: the library itself draws whole numbers."""

    def __init__(self):
        self.distribution_type, self.mean = "exponential", 1.0

    def sample(self):
        return random.expovariate(1.0)


def line(parts: int, seed: int) -> Played:
    random.seed(seed)
    machines = [Machine(name=f"m{number}") for number in range(MACHINES)]
    for machine in machines:
        machine.cycle_time = Exponential()
    buffers = [Buffer(name=f"b{number}", capacity=ROOM) for number in range(MACHINES - 1)]
    source, sink = Source(), Sink()
    chain = [source, *(asset for pair in zip(machines, buffers, strict=False) for asset in pair), machines[-1], sink]
    for before, at, after in zip(chain, chain[1:], chain[2:], strict=False):
        at.define_routing(upstream=[before], downstream=[after])
    source.define_routing(downstream=[machines[0]])
    sink.define_routing(upstream=[machines[-1]])
    system = System(objects=chain)
    warm_up, length = WARM_UP / PACE, (parts - WARM_UP) / PACE
    with Stopwatch() as watch:
        system.simulate(warm_up_time=warm_up, simulation_time=length, verbose=False, collect_data=False)
    throughput = sink.level / length
    return Played(round(throughput * (warm_up + length) * MACHINES), throughput, watch.seconds)


if __name__ == "__main__":
    serve(
        {
            "line": line,
            "failures": "a breakdown scraps the work in progress and cannot be resumed",
            "shop": "no routings and no rules",
        }
    )
