"""simulatte: job shops with rules; its machines neither block nor break down."""

from cases import MACHINES, shop
from serving import Played, Stopwatch, serve
from simulatte.dispatching_rules import shortest_processing_time
from simulatte.environment import Environment
from simulatte.job import ProductionJob
from simulatte.server import Server
from simulatte.shopfloor import ShopFloor


def shops(count: int, seed: int) -> Played:
    jobs, watch = shop(), Stopwatch()
    for _ in range(count):
        env = Environment()
        floor = ShopFloor(env=env)
        servers = [Server(env=env, capacity=1, shopfloor=floor) for _ in range(MACHINES)]

        def release(env=env, floor=floor, servers=servers):
            for job in jobs:
                yield env.timeout(job.release - env.now)
                floor.add(
                    ProductionJob(
                        env=env,
                        sku="part",
                        servers=[servers[machine] for machine, _ in job.steps],
                        processing_times=[time for _, time in job.steps],
                        due_date=0,
                        priority_policy=shortest_processing_time,
                    )
                )

        env.process(release())
        with watch:
            env.run()
    return Played(count * len(jobs) * MACHINES, env.now, watch.seconds)


if __name__ == "__main__":
    serve({"line": "no finite buffers", "failures": "no finite buffers, no breakdowns", "shop": shops})
