"""Bare SimPy in its own style: a process for each machine or job. It remembers nothing of what happened."""

import random
from collections.abc import Callable, Generator
from typing import Any

import simpy
from cases import DOWN, FAILING, MACHINES, ROOM, UP, Meter, shop
from serving import Played, serve

Process = Generator[simpy.Event, Any, None]


def line(parts: int, seed: int) -> Played:
    env, draw, meter = simpy.Environment(), random.Random(seed).expovariate, Meter(parts)
    stores = [simpy.Store(env, capacity=ROOM) for _ in range(MACHINES - 1)]
    over = env.event()

    def machine(number: int) -> Process:
        while True:
            if number:
                yield stores[number - 1].get()
            yield env.timeout(draw(1.0))
            if number < MACHINES - 1:
                yield stores[number].put(1)
            elif meter.leave(env.now):
                over.succeed()

    for number in range(MACHINES):
        env.process(machine(number))
    env.run(over)
    return Played(parts * MACHINES, meter.throughput)


def trouble(
    env: simpy.Environment,
    draw: Callable[[float], float],
    number: int,
    machine: simpy.Process,
    working: list[bool],
    repaired: list[simpy.Event | None],
) -> Process:
    """Breaks a machine down by the clock, and interrupts it if it is working."""
    while True:
        yield env.timeout(draw(1 / UP))
        repair = repaired[number] = env.event()
        if working[number]:
            machine.interrupt()
        yield env.timeout(draw(1 / DOWN))
        repaired[number] = None
        repair.succeed()


def failures(parts: int, seed: int) -> Played:
    env, draw, meter = simpy.Environment(), random.Random(seed).expovariate, Meter(parts)
    stores = [simpy.Store(env, capacity=ROOM) for _ in range(FAILING - 1)]
    over, working = env.event(), [False] * FAILING
    repaired: list[simpy.Event | None] = [None] * FAILING

    def machine(number: int) -> Process:
        while True:
            if number:
                yield stores[number - 1].get()
            left = draw(1.0)
            while left > 0:
                if (repair := repaired[number]) is not None:
                    yield repair
                begin, working[number] = env.now, True
                try:
                    yield env.timeout(left)
                    left = 0.0
                except simpy.Interrupt:
                    left -= env.now - begin
                working[number] = False
            if number < FAILING - 1:
                yield stores[number].put(1)
            elif meter.leave(env.now):
                over.succeed()

    for number in range(FAILING):
        process = env.process(machine(number))
        env.process(trouble(env, draw, number, process, working, repaired))
    env.run(over)
    return Played(parts * FAILING, meter.throughput)


def shops(count: int, seed: int) -> Played:
    jobs = shop()
    for _ in range(count):
        env = simpy.Environment()
        machines = [simpy.PriorityResource(env) for _ in range(MACHINES)]

        def visit(env: simpy.Environment, machines: list[simpy.PriorityResource], number: int) -> Process:
            job = jobs[number]
            yield env.timeout(job.release)
            for machine, time in job.steps:
                with machines[machine].request(priority=time) as turn:
                    yield turn
                    yield env.timeout(time)

        for number in range(len(jobs)):
            env.process(visit(env, machines, number))
        env.run()
    return Played(count * len(jobs) * MACHINES, env.now)


if __name__ == "__main__":
    serve({"line": line, "failures": failures, "shop": shops})
