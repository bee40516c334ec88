"""Ciw: networks of queues with blocking after service."""

import ciw
from cases import MACHINES, ROOM, WARM_UP, shop
from serving import Played, Stopwatch, serve

NEVER = float("inf")


class Times(ciw.dists.Distribution):
    """The time of a job's next step, which comes with the job."""

    def __init__(self, jobs):
        self.jobs = jobs

    def sample(self, t=None, ind=None):
        return self.jobs[ind.id_number - 1].steps[len(ind.data_records) - 1][1]


def line(parts: int, seed: int) -> Played:
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Deterministic(1.0)] + [None] * (MACHINES - 1),
        service_distributions=[ciw.dists.Exponential(1.0)] * MACHINES,
        queue_capacities=[NEVER] + [ROOM] * (MACHINES - 1),
        number_of_servers=[1] * MACHINES,
        routing=[[float(to == at + 1) for to in range(MACHINES)] for at in range(MACHINES)],
    )
    with Stopwatch() as watch:
        run = ciw.Simulation(network)
        run.simulate_until_max_customers(parts, method="Finish")
    exits = sorted(individual.data_records[-1].exit_date for individual in run.nodes[-1].all_individuals)
    throughput = (parts - WARM_UP) / (exits[parts - 1] - exits[WARM_UP - 1])
    return Played(parts * MACHINES, throughput, watch.seconds)


def shops(count: int, seed: int) -> Played:
    jobs, watch = shop(), Stopwatch()
    work = Times(jobs)
    gaps = [1.0 * job.release - before for job, before in zip(jobs, [0, *(job.release for job in jobs)], strict=False)]

    def shortest(waiting, now):
        return min(waiting, key=lambda individual: work.sample(now, individual))

    for _ in range(count):
        network = ciw.create_network(
            arrival_distributions=[ciw.dists.Sequential([*gaps, NEVER])] + [None] * MACHINES,
            service_distributions=[ciw.dists.Deterministic(0.0)] + [work] * MACHINES,
            number_of_servers=[NEVER] + [1] * MACHINES,
            service_disciplines=[ciw.disciplines.FIFO] + [shortest] * MACHINES,
            routing=ciw.routing.ProcessBased(
                lambda individual, _: [machine + 2 for machine, _ in jobs[individual.id_number - 1].steps]
            ),
        )
        with watch:
            run = ciw.Simulation(network)
            run.simulate_until_max_customers(len(jobs), method="Finish")
    return Played(count * len(jobs) * MACHINES, run.current_time, watch.seconds)


if __name__ == "__main__":
    serve({"line": line, "failures": "no random breakdowns", "shop": shops})
