"""cimba: coroutines on its C engine, their steps compiled by Numba; what lies in a buffer are numbers, not orders."""

import cimba as cb
from cases import MACHINES, PACE, ROOM, WARM_UP
from cimba import inputs
from serving import Played, Stopwatch, serve


class First(cb.Model):
    """The machine that never waits for a part."""

    work: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    outlet: cb.Store[int]

    def __init__(self) -> None:
        self.outlet = cb.Store(capacity=ROOM)

    @cb.process
    def works(self):
        while True:
            cb.hold(self.work.next())
            self.outlet.put(1)


class Middle(cb.Model):
    """A machine between two buffers."""

    work: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    inlet: cb.Ref[cb.Store[int]]
    outlet: cb.Store[int]

    def __init__(self, inlet: cb.Store) -> None:
        self.inlet, self.outlet = inlet, cb.Store(capacity=ROOM)

    @cb.process
    def works(self):
        while True:
            part = self.inlet.get()
            cb.hold(self.work.next())
            self.outlet.put(part)


class Last(cb.Model):
    """The machine that counts what is done once the line has filled."""

    work: cb.Input[float] = inputs.dist.exponential(mean=1.0)
    inlet: cb.Ref[cb.Store[int]]
    warm_up: cb.Param[float]
    made: cb.Output[float]

    def __init__(self, inlet: cb.Store) -> None:
        self.inlet, self.warm_up = inlet, WARM_UP / PACE

    @cb.on_start
    def begins(self):
        self.made = 0.0

    @cb.process
    def works(self):
        while True:
            self.inlet.get()
            cb.hold(self.work.next())
            if cb.now() >= self.warm_up:
                self.made += 1.0


class Line(cb.Model):
    """All of them in a row."""

    first: First
    middles: list[Middle]
    last: Last

    def __init__(self) -> None:
        self.first = First()
        middles, at = [], self.first.outlet
        for _ in range(MACHINES - 2):
            middles.append(Middle(at))
            at = middles[-1].outlet
        self.middles, self.last = middles, Last(at)


LINE = Line()


def trial(length: float, seed: int) -> cb.Experiment:
    warm_up = WARM_UP / PACE
    return cb.Experiment(LINE, window=cb.Window(warmup=warm_up, duration=length - warm_up), seed=seed)


def line(parts: int, seed: int) -> Played:
    length, warm_up = parts / PACE, WARM_UP / PACE
    trial(2 * warm_up, seed).run(workers=1)  # compiles the model, where that is not done yet
    with Stopwatch() as watch:
        results = trial(length, seed).run(workers=1)
    throughput = float(results[LINE.last].made.values.ravel()[0]) / (length - warm_up)
    return Played(round(throughput * length * MACHINES), throughput, watch.seconds)


NOT_WRITTEN = "a model of it is not written"

if __name__ == "__main__":
    serve({"line": line, "failures": NOT_WRITTEN, "shop": NOT_WRITTEN})
