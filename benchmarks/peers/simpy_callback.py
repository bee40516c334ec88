"""Bare SimPy with a callback on each timeout, about as fast as SimPy gets. It remembers nothing of what happened."""

import random
from functools import partial
from heapq import heappop, heappush

import simpy
from cases import DOWN, FAILING, MACHINES, ROOM, UP, Job, Meter, shop
from serving import Played, serve


class Line:
    """Machines in a row; those of a line with *failing* machines break down by the clock and go on where they were."""

    def __init__(self, parts: int, seed: int, machines: int, *, failing: bool) -> None:
        self.env, self.draw = simpy.Environment(), random.Random(seed).expovariate
        self.meter, self.over, self.last = Meter(parts), self.env.event(), machines - 1
        self.levels = [0] * machines  # parts that wait before each machine
        self.idle, self.blocked, self.down = ([False] * machines for _ in range(3))
        self.ends, self.left = [-1.0] * machines, [0.0] * machines
        self.done = [partial(self.finish, number) for number in range(machines)]
        for number in range(1, machines):
            self.idle[number] = True
        if failing:
            for number in range(machines):
                self.call(self.draw(1 / UP), partial(self.fail, number))
        self.begin(0)
        self.env.run(self.over)

    def call(self, delay: float, act: partial[None]) -> None:
        self.env.timeout(delay).callbacks.append(act)

    def begin(self, number: int) -> None:
        work = self.draw(1.0)
        if self.down[number]:
            self.left[number] = work
        else:
            self.ends[number] = self.env.now + work
            self.call(work, self.done[number])

    def finish(self, number: int, _: simpy.Event) -> None:
        if self.ends[number] != self.env.now:
            return  # a breakdown came between
        self.ends[number] = -1.0
        if number == self.last:
            if self.meter.leave(self.env.now):
                self.over.succeed()
        elif self.idle[number + 1]:
            self.idle[number + 1] = False
            self.begin(number + 1)
        elif self.levels[number + 1] < ROOM:
            self.levels[number + 1] += 1
        else:
            self.blocked[number] = True
            return
        self.take(number)

    def take(self, number: int) -> None:
        while number and self.levels[number]:
            self.begin(number)
            if not self.blocked[number - 1]:
                self.levels[number] -= 1
                return
            self.blocked[number - 1] = False  # its part takes the place that became free
            number -= 1
        if number:
            self.idle[number] = True
        else:
            self.begin(0)

    def fail(self, number: int, _: simpy.Event) -> None:
        self.down[number] = True
        if self.ends[number] >= 0:
            self.left[number], self.ends[number] = self.ends[number] - self.env.now, -1.0
        self.call(self.draw(1 / DOWN), partial(self.repair, number))

    def repair(self, number: int, _: simpy.Event) -> None:
        self.down[number] = False
        if self.left[number]:
            self.ends[number] = self.env.now + self.left[number]
            self.call(self.left[number], self.done[number])
            self.left[number] = 0.0
        self.call(self.draw(1 / UP), partial(self.fail, number))


class Shop:
    """Each machine takes the shortest of the jobs that wait for it."""

    def __init__(self, jobs: list[Job]) -> None:
        self.env, self.jobs, self.step = simpy.Environment(), jobs, [0] * len(jobs)
        self.waiting: list[list[tuple[int, int]]] = [[] for _ in range(MACHINES)]
        self.busy = [False] * MACHINES
        self.arrivals = [partial(self.arrive, number) for number in range(len(jobs))]
        self.finishes = [partial(self.finish, number) for number in range(len(jobs))]
        for number, job in enumerate(jobs):
            self.env.timeout(job.release).callbacks.append(self.arrivals[number])
        self.env.run()

    def arrive(self, number: int, _: simpy.Event) -> None:
        machine, time = self.jobs[number].steps[self.step[number]]
        if self.busy[machine]:
            heappush(self.waiting[machine], (time, number))
        else:
            self.busy[machine] = True
            self.env.timeout(time).callbacks.append(self.finishes[number])

    def finish(self, number: int, event: simpy.Event) -> None:
        machine, _ = self.jobs[number].steps[self.step[number]]
        self.step[number] += 1
        if self.waiting[machine]:
            time, other = heappop(self.waiting[machine])
            self.env.timeout(time).callbacks.append(self.finishes[other])
        else:
            self.busy[machine] = False
        if self.step[number] < MACHINES:
            self.arrive(number, event)


def line(parts: int, seed: int) -> Played:
    return Played(parts * MACHINES, Line(parts, seed, MACHINES, failing=False).meter.throughput)


def failures(parts: int, seed: int) -> Played:
    return Played(parts * FAILING, Line(parts, seed, FAILING, failing=True).meter.throughput)


def shops(count: int, seed: int) -> Played:
    jobs = shop()
    for _ in range(count):
        played = Shop(jobs)
    return Played(count * len(jobs) * MACHINES, played.env.now)


if __name__ == "__main__":
    serve({"line": line, "failures": failures, "shop": shops})
