"""prodsys: products that are carried between resources; each hop is a transport, here one that takes no time."""

import itertools

import prodsys.express as psx
from cases import DOWN, FAILING, FAILING_PACE, MACHINES, PACE, ROOM, UP, WARM_UP, shop
from prodsys.simulation.runner import Runner
from serving import Played, Stopwatch, serve

LONG_ENOUGH = 500_000_000.0
"""Milliseconds in which the shop is done."""


def play(system, length, seed):
    """CPU seconds of the run itself, and when each part left."""
    plant = system.to_model()
    plant.seed = seed
    runner = Runner(production_system_data=plant)
    runner.initialize_simulation()
    with Stopwatch() as watch:
        runner.run(length)
    facts = runner.event_logger.get_data_as_dataframe()
    return watch.seconds, facts.loc[facts["Activity"] == "finished product", "Time"]


def produce(parts, seed, machines, *, failing):
    spots = ([float(at), 0.0] for at in itertools.count())
    at_once = psx.FunctionTimeModel(distribution_function="constant", location=0.0, ID="at once")
    carry = psx.TransportProcess(at_once, ID="carry")
    carrier = psx.Resource([carry], location=next(spots), ID="carrier")
    works, stations = [], []
    for number in range(machines):
        work = psx.FunctionTimeModel(distribution_function="exponential", location=1.0, ID=f"t{number}")
        works.append(psx.ProductionProcess(work, ID=f"p{number}"))
        troubles = []
        if failing:
            up = psx.FunctionTimeModel(distribution_function="exponential", location=UP, ID=f"up{number}")
            down = psx.FunctionTimeModel(distribution_function="exponential", location=DOWN, ID=f"down{number}")
            troubles.append(psx.BreakDownState(up, down, ID=f"trouble{number}"))
        stations.append(psx.Resource([works[-1]], location=next(spots), states=troubles, ID=f"m{number}"))
        spot = next(spots)
        stations[-1].ports = [
            psx.Queue(ID=f"in{number}", capacity=ROOM - 1 if number else 0, location=spot, interface_type="input"),
            psx.Queue(ID=f"out{number}", capacity=1, location=next(spots), interface_type="output"),
        ]
    part = psx.Product(process=works, transport_process=carry, ID="part")
    arrival = psx.FunctionTimeModel(distribution_function="constant", location=1.0, ID="arrival")
    entry = psx.Source(part, arrival, location=next(spots), ID="source")
    way_out = psx.Sink(part, location=next(spots), ID="sink")
    system = psx.ProductionSystem([*stations, carrier], [entry], [way_out])
    pace = FAILING_PACE if failing else PACE
    length, warm_up = parts / pace, WARM_UP / pace
    seconds, ends = play(system, length, seed)
    throughput = (ends > warm_up).sum() / (length - warm_up)
    return Played(int(len(ends) * machines), float(throughput), seconds)


def line(parts, seed):
    return produce(parts, seed, MACHINES, failing=False)


def failures(parts, seed):
    return produce(parts, seed, FAILING, failing=True)


def shop_of(jobs):
    spots = ([float(at), 0.0] for at in itertools.count())
    at_once = psx.FunctionTimeModel(distribution_function="constant", location=0.0, ID="at once")
    carry = psx.TransportProcess(at_once, ID="carry")
    carrier = psx.Resource([carry], location=next(spots), ID="carrier")
    skills, wares, orders = [[] for _ in range(MACHINES)], [], []
    for number, job in enumerate(jobs):
        works = []
        for machine, work in job.steps:
            name = f"{number} on {machine}"
            pace = psx.FunctionTimeModel(distribution_function="constant", location=float(work), ID=f"time {name}")
            works.append(psx.ProductionProcess(pace, ID=name))
            skills[machine].append(works[-1])
        wares.append(psx.Product(process=works, transport_process=carry, ID=f"w{number}"))
        begin = float(job.release)
        one = psx.OrderedProduct(wares[-1], 1)
        orders.append(psx.Order([one], order_time=begin, release_time=begin, ID=f"o{number}"))
    stations = [
        psx.Resource(skill, location=next(spots), control_policy="SPT", ID=f"m{number}")
        for number, skill in enumerate(skills)
    ]
    entry = psx.OrderSource(orders, location=next(spots), ID="source")
    ways_out = [psx.Sink(ware, location=next(spots), ID=f"sink of {ware.ID}") for ware in wares]
    return psx.ProductionSystem([*stations, carrier], [entry], ways_out)


def shops(count, seed):
    jobs = shop()
    system, seconds = shop_of(jobs), 0.0
    for _ in range(count):
        spent, ends = play(system, LONG_ENOUGH, seed)
        seconds += spent
    return Played(count * len(ends) * MACHINES, float(ends.max()), seconds)


if __name__ == "__main__":
    serve({"line": line, "failures": failures, "shop": shops})
