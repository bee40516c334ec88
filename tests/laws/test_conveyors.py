"""What holds on conveyors, whatever stands in their way: spacing, sequence, and the time that the belt takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from plant_models.conveyors import Conveyor
from plant_models.events import Event
from plant_models.plant import Buffer
from tests.laws.always import check
from tests.laws.worlds import FAR, World, worlds
from twin.floor import run
from twin.state import apply, opening


@dataclass
class Trips:
    """When orders got on a conveyor, got to its end and were taken, each in the sequence in which it happened."""

    conveyor: Conveyor
    on: list[tuple[str, int]] = field(default_factory=list)
    at_end: list[tuple[str, int]] = field(default_factory=list)
    off: list[tuple[str, int]] = field(default_factory=list)

    def stood(self, until: int) -> int:
        """How long the belt had stood by then, because somebody at its end was not taken."""
        if self.conveyor.accumulating:
            return 0
        ends = [time for _, time in self.off] + [until]
        return sum(max(0, min(end, until) - start) for (_, start), end in zip(self.at_end, ends, strict=False))

    def moved(self, time: int) -> int:
        """How far the belt had moved by then, in milliseconds of its speed."""
        return time - self.stood(time)


@st.composite
def belts(draw: st.DrawFn, buffers: Mapping[str, Buffer]) -> dict[str, Buffer]:
    """All buffers become conveyors; some are so short that one order fills them."""
    found = {}
    for name, buffer in buffers.items():
        spacing = draw(st.sampled_from((0.5, 1.0)))
        conveyor = Conveyor(
            length=spacing * draw(st.sampled_from((1.0, 1.5, 3.0, 8.0))),
            speed=draw(st.sampled_from((0.05, 0.3, 6.0))),
            spacing=spacing,
            accumulating=draw(st.booleans()),
        )
        found[name] = replace(buffer, conveyor=conveyor, capacity=None, discipline="fifo")
    return found


@st.composite
def belted(draw: st.DrawFn) -> World:
    """A chain of machines with nothing but conveyors between them; machines break down, and are changed over."""
    world = draw(worlds(chain=True, orders=14, plain=True))
    plant = world.plant
    return replace(world, plant=replace(plant, buffers=draw(belts(plant.buffers))))


def trips(world: World) -> dict[str, Trips]:
    """What became of every order on every conveyor; every state in between is checked."""
    facts: list[Event] = []
    run(world.floor(facts), world.policy, FAR)
    plant, state = world.plant, opening(world.plant, world.orders)
    found = {name: Trips(buffer.conveyor) for name, buffer in plant.buffers.items() if buffer.conveyor is not None}
    for fact in facts:
        before = {place: (list(state.buffers[place]), _arrived(state.orders, state.buffers[place])) for place in found}
        apply(plant, state, fact)
        check(plant, state)
        for place, seen in found.items():
            (had, was_there), has = before[place], list(state.buffers[place])
            gone, come = [name for name in had if name not in has], [name for name in has if name not in had]
            assert has == had[len(gone) :] + come, f"{place}: {had} became {has}: somebody was overtaken"
            assert all(name in was_there for name in gone), f"{place}: {gone} left before the end"
            seen.on += [(name, fact.time) for name in come]
            seen.off += [(name, fact.time) for name in gone]
            seen.at_end += [(name, fact.time) for name in _arrived(state.orders, has) if name not in was_there]
    return found


def _arrived(orders, queue) -> list[str]:
    return [name for name in queue if orders[name].has_arrived]


def check_sequence(seen: Trips) -> None:
    """First in, first out."""
    on, at_end, off = ([name for name, _ in times] for times in (seen.on, seen.at_end, seen.off))
    assert at_end == on[: len(at_end)]
    assert off == at_end[: len(off)]
    assert len(at_end) - len(off) in (0, 1), "two orders at one end"


def check_spacing(seen: Trips) -> None:
    """Orders get on, and to the end, no closer than their spacing, so that there is never more than has room."""
    gap = seen.conveyor.gap
    assert all(seen.moved(second) - seen.moved(first) >= gap for (_, first), (_, second) in pairwise(seen.on))
    assert all(end - left >= gap for (_, left), (_, end) in zip(seen.off, seen.at_end[1:], strict=False))
    steps = sorted([(time, 1) for _, time in seen.on] + [(time, -1) for _, time in seen.off])
    assert max(accumulate(change for _, change in steps), default=0) <= seen.conveyor.room


def check_times(seen: Trips) -> None:
    """A trip takes the length by the speed, and what stands in the way: no less, and no more."""
    trip, gap = seen.conveyor.trip, seen.conveyor.gap
    left = [None, *(time for _, time in seen.off)]
    for (_, on), (_, end), before in zip(seen.on, seen.at_end, left, strict=False):
        assert end - on >= trip
        if not seen.conveyor.accumulating:
            assert seen.moved(end) - seen.moved(on) == trip
        else:
            assert end == (on + trip if before is None else max(on + trip, before + gap))


@given(belted())
def test_on_a_conveyor_nobody_overtakes_comes_too_close_or_is_faster_than_the_belt(world: World) -> None:
    for seen in trips(world).values():
        check_sequence(seen)
        check_spacing(seen)
        check_times(seen)
