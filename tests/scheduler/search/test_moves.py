"""A schedule stays one whatever move is made, and what a move was thought to come to is what it comes to."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scheduler.search import kernel
from scheduler.search.estimates import IMPOSSIBLE, moved_before, moved_behind, put_elsewhere
from scheduler.search.graph import find_heads, find_tails, value_of
from scheduler.search.luck import mixed
from scheduler.search.memory import Bench, Ground
from scheduler.search.records import MAKESPAN, TARDINESS, step, track, world
from scheduler.search.shop import Shop
from scheduler.search.tabu import relink
from tests.scheduler.search.shops import lateness, length, shops, starts
from twin.native import entrance


def bench_of(shop: Shop, seed: int, goal: int = MAKESPAN) -> Bench:
    """A shop with a schedule in hand that dispatching made."""
    bench = Bench(Ground(shop, goal))
    bench.seed(mixed(seed))
    bench.dispatch(np.array([(mixed(seed, n) % 200 - 100) / 100 for n in range(7)] + [0.5]))
    return bench


@entrance()
def behind(address: int, o: int, last: int) -> int:
    return moved_behind(world(address), o, last)


@entrance()
def before(address: int, o: int, first: int) -> int:
    return moved_before(world(address), o, first)


@entrance()
def elsewhere(address: int, o: int, machine: int, work: int, after: int, following: int) -> int:
    return put_elsewhere(world(address), o, machine, work, after, following)


@entrance()
def moved(address: int, o: int, machine: int, after: int) -> int:
    """Make a move; the longest path through what was moved, -1 where it would make a cycle."""
    w = world(address)
    return step(w, o).head + step(w, o).tail if relink(w, o, machine, after) else -1


@entrance()
def through(address: int, o: int) -> int:
    """The longest path through an operation."""
    w = world(address)
    return step(w, o).head + step(w, o).tail


@entrance()
def anew(address: int) -> int:
    """The value, with all heads and tails worked out from nothing."""
    w = world(address)
    find_heads(w, 0)
    find_tails(w, w.op_count - 1)
    track(w, 0).value = value_of(w)
    return value_of(w)


def sequence(bench: Bench, machine: int) -> list[int]:
    """What a machine does in turn, in the schedule in hand."""
    steps = bench.steps
    rows = [n for n in bench.order.tolist() if steps["machine"][n] == machine]
    assert [steps["before"][n] for n in rows] == [-1, *rows[:-1]][: len(rows)]
    assert [steps["after"][n] for n in rows] == [*rows[1:], -1][: len(rows)]
    return rows


@given(shops(), st.integers(0, 1 << 20))
def test_dispatching_makes_a_schedule_with_the_times_that_follow_from_its_sequences(shop: Shop, seed: int) -> None:
    for goal, measure in ((MAKESPAN, length), (TARDINESS, lateness)):
        bench = bench_of(shop, seed, goal)
        schedule = bench.schedule(*bench.kept)
        assert list(schedule.starts) == starts(shop, schedule)
        assert schedule.value == measure(shop, schedule, starts(shop, schedule)) == bench.best


@given(shops(), st.integers(0, 1 << 20))
def test_a_search_keeps_every_time_right_from_move_to_move(shop: Shop, seed: int) -> None:
    bench = bench_of(shop, seed)
    for _ in range(12):
        bench.enter(kernel.SEARCH, 1, 1000, 0)
        order = bench.order.tolist()
        heads, tails, value = bench.steps["head"].copy(), bench.steps["tail"].copy(), bench.track["value"]
        assert sorted(order) == list(range(len(order)))
        for machine in range(len(shop.machines)):
            sequence(bench, machine)
        assert anew(bench.address) == value
        assert heads.tolist() == bench.steps["head"].tolist()
        assert tails.tolist() == bench.steps["tail"].tolist()
    schedule = bench.schedule(*bench.kept)
    assert schedule.value == length(shop, schedule, starts(shop, schedule))


@given(shops(is_flexible=False, has_setups=False), st.integers(0, 1 << 20))
def test_a_move_within_a_block_never_makes_a_cycle(shop: Shop, seed: int) -> None:
    bench = bench_of(shop, seed)
    bench.enter(kernel.SEARCH, 200, 1000, 0)
    assert bench.track["refused"] == 0


@given(shops(), st.integers(0, 1 << 20), st.data())
def test_a_move_that_was_thought_possible_makes_no_cycle(shop: Shop, seed: int, data: st.DataObject) -> None:
    bench = bench_of(shop, seed)
    o = data.draw(st.sampled_from(range(len(shop.operations))))
    row = sequence(bench, bench.steps["machine"][o])
    at = row.index(o)
    target = data.draw(st.sampled_from(row))
    there = row.index(target)
    assume(there != at)
    guess = behind(bench.address, o, target) if there > at else before(bench.address, o, target)
    after = target if there > at else bench.steps["before"][target]
    was = bench.steps.copy()
    got = moved(bench.address, o, int(bench.steps["machine"][o]), int(after))
    assert guess == IMPOSSIBLE or got >= 0
    if got < 0:
        assert bench.steps["before"].tolist() == was["before"].tolist()
        assert bench.steps["after"].tolist() == was["after"].tolist()


@given(shops(has_setups=False), st.integers(0, 1 << 20), st.data())
def test_the_estimate_of_a_swap_is_what_it_comes_to(shop: Shop, seed: int, data: st.DataObject) -> None:
    bench = bench_of(shop, seed)
    pairs = [(n, int(a)) for n, a in enumerate(bench.steps["after"].tolist()) if a >= 0]
    assume(pairs)
    o, last = data.draw(st.sampled_from(pairs))
    guess, mirrored = behind(bench.address, o, last), before(bench.address, last, o)
    assume(guess != IMPOSSIBLE)
    assume(moved(bench.address, o, int(bench.steps["machine"][o]), last) >= 0)
    assert guess == max(through(bench.address, o), through(bench.address, last))
    assert mirrored in (guess, IMPOSSIBLE)


@given(shops(is_flexible=True, has_setups=False), st.integers(0, 1 << 20), st.data())
def test_the_estimate_of_a_move_to_another_machine_is_never_too_short_for_what_is_moved(
    shop: Shop, seed: int, data: st.DataObject
) -> None:
    bench = bench_of(shop, seed)
    choices = [
        (n, machine, work)
        for n, operation in enumerate(shop.operations)
        for machine, work in operation.work.items()
        if machine != bench.steps["machine"][n]
    ]
    assume(choices)
    o, machine, work = data.draw(st.sampled_from(choices))
    row = [-1, *sequence(bench, machine), -1]
    place = data.draw(st.integers(0, len(row) - 2))
    guess = elsewhere(bench.address, o, machine, work, row[place], row[place + 1])
    got = moved(bench.address, o, machine, row[place])
    assert guess == IMPOSSIBLE or 0 <= got <= guess


@settings(max_examples=20)
@given(shops(), st.integers(0, 1 << 20))
def test_a_schedule_that_is_taken_up_again_is_the_same(shop: Shop, seed: int) -> None:
    bench = bench_of(shop, seed)
    bench.enter(kernel.SEARCH, 20, 1000, 0)
    value, order, machines = bench.best, *bench.kept
    assert bench.take(order, machines) == value
    assert bench.schedule(order, machines).sequences == bench.schedule(*bench.kept).sequences
