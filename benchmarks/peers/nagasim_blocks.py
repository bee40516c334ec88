"""nagasim: a flow of blocks, its event logs switched off so that it need not write what nobody reads."""

from cases import DOWN, FAILING, FAILING_PACE, MACHINES, PACE, ROOM, UP, WARM_UP, shop
from nagasim import build as nb
from serving import Played, Stopwatch, serve


def produce(parts: int, seed: int, machines: int, *, failing: bool) -> Played:
    pace = FAILING_PACE if failing else PACE
    length, warm_up = parts / pace, WARM_UP / pace
    model = nb.Model(time_limit=length, warmup=warm_up, replications=1, record_logs=False)
    at = model.create(entities_per_arrival=round(1.2 * parts) + 200, max_arrivals=1)
    for number in range(machines):
        name = model.add_resource(name=f"m{number}", capacity=1, discipline="FIFO")
        if failing:
            model.add_failure(
                name=f"trouble {number}",
                resources=[name],
                uptime=nb.Exponential(rate=1 / UP),
                downtime=nb.Exponential(rate=1 / DOWN),
            )
        work = nb.Exponential(rate=1.0)
        step = model.process(resource_name=name, distribution=work, queue_capacity=ROOM if number else 0)
        at = at >> step
    at >> model.dispose()
    with Stopwatch() as watch:
        results = model.run(seed=seed)
    made = results.kpi("system/Total Entities Completed")
    throughput = made / (length - warm_up)
    return Played(round(throughput * length * machines), throughput, watch.seconds)


def line(parts: int, seed: int) -> Played:
    return produce(parts, seed, MACHINES, failing=False)


def failures(parts: int, seed: int) -> Played:
    return produce(parts, seed, FAILING, failing=True)


def shops(count: int, seed: int) -> Played:
    jobs = shop()
    model = nb.Model(replications=count, record_logs=False)
    entry, route = model.create(arrival_mode="Orders"), model.route()
    entry >> route >> model.dispose()
    for number in range(MACHINES):
        name = model.add_resource(
            name=f"m{number}", capacity=1, discipline="LowestValueFirst", ranking_expr="entity.process_time"
        )
        work = nb.Constant(value="entity.process_time")
        model.station(f"s{number}") >> model.process(resource_name=name, distribution=work) >> route
    for number, job in enumerate(jobs):
        steps = [{"station": f"s{machine}", "values": {"process_time": time}} for machine, time in job.steps]
        model.add_sequence(name=f"r{number}", steps=steps)
        model.add_order(id=f"o{number}", release=job.release, sequence=f"r{number}", quantity=1)
    with Stopwatch() as watch:
        results = model.run(seed=seed)
    return Played(count * len(jobs) * MACHINES, results.kpi("system/Simulation Time"), watch.seconds)


if __name__ == "__main__":
    serve({"line": line, "failures": failures, "shop": shops})
