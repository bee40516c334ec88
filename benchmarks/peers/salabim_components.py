"""salabim: a component with a process for each machine or job, its statistics switched off."""

import random

import salabim
from cases import DOWN, FAILING, MACHINES, ROOM, UP, Meter, shop
from serving import Played, serve

salabim.yieldless(False)


class Machine(salabim.Component):
    def setup(self, number, stores, draw, meter):
        self.number, self.stores, self.draw, self.meter = number, stores, draw, meter

    def process(self):
        stores, number, last = self.stores, self.number, len(self.stores)
        while True:
            if number:
                yield self.from_store(stores[number - 1])
                part = self.from_store_item()
            else:
                part = salabim.Component(env=self.env, process="", suppress_trace=True)
            yield self.hold(self.draw(1.0))
            if number < last:
                yield self.to_store(stores[number], part)
            elif self.meter.leave(self.env.now()):
                self.env.main().activate()


class FailingMachine(Machine):
    """Asks whether it is down before it begins; in the middle of its work it is interrupted from outside."""

    def setup(self, number, stores, draw, meter):
        super().setup(number, stores, draw, meter)
        self.up, self.works = salabim.State(value=True, env=self.env, monitor=False), False

    def process(self):
        stores, number, last = self.stores, self.number, len(self.stores)
        while True:
            if number:
                yield self.from_store(stores[number - 1])
                part = self.from_store_item()
            else:
                part = salabim.Component(env=self.env, process="", suppress_trace=True)
            if not self.up():
                yield self.wait(self.up)
            self.works = True
            yield self.hold(self.draw(1.0))
            self.works = False
            if number < last:
                yield self.to_store(stores[number], part)
            elif self.meter.leave(self.env.now()):
                self.env.main().activate()


class Trouble(salabim.Component):
    def setup(self, machine, draw):
        self.machine, self.draw = machine, draw

    def process(self):
        machine = self.machine
        while True:
            yield self.hold(self.draw(1 / UP))
            machine.up.set(False)
            interrupted = machine.works
            if interrupted:
                machine.interrupt()
            yield self.hold(self.draw(1 / DOWN))
            machine.up.set(True)
            if interrupted:
                machine.resume()


class Job(salabim.Component):
    def setup(self, steps, machines):
        self.steps, self.machines = steps, machines

    def process(self):
        for machine, time in self.steps:
            yield self.request((self.machines[machine], 1, time))
            yield self.hold(time)
            self.release()


def produce(parts, seed, machines, kind, *, failing):
    env = salabim.Environment(trace=False, random_seed=seed)
    draw, meter = random.Random(seed).expovariate, Meter(parts)
    stores = [salabim.Store(capacity=ROOM, monitor=False, env=env) for _ in range(machines - 1)]
    for number in range(machines):
        machine = kind(number=number, stores=stores, draw=draw, meter=meter, env=env, suppress_trace=True)
        if failing:
            Trouble(machine=machine, draw=draw, env=env)
    env.run()
    return Played(parts * machines, meter.throughput)


def line(parts, seed):
    return produce(parts, seed, MACHINES, Machine, failing=False)


def failures(parts, seed):
    return produce(parts, seed, FAILING, FailingMachine, failing=True)


def shops(count, seed):
    jobs = shop()
    for _ in range(count):
        env = salabim.Environment(trace=False, random_seed=seed)
        machines = [salabim.Resource(capacity=1, monitor=False, env=env) for _ in range(MACHINES)]
        for job in jobs:
            Job(steps=job.steps, machines=machines, at=job.release, env=env)
        env.run()
    return Played(count * len(jobs) * MACHINES, env.now())


if __name__ == "__main__":
    serve({"line": line, "failures": failures, "shop": shops})
