"""How a floor stands, as pieces of one block of numbers: to and from `twin.standing.State`."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from plant_models.orders import Order
from plant_models.shifts import FOREVER
from twin.compiled import accounts, sharing, stock_arrays, upkeep_arrays
from twin.compiled import arrays as a
from twin.compiled import fault_arrays as faults
from twin.compiled.accounts import WORDS
from twin.compiled.belt_arrays import Belt, Ride
from twin.compiled.block_grades import put_grade, set_grade
from twin.compiled.block_lots import like_of, put_lots, set_lots, there
from twin.compiled.block_people import crews_of, posts_of, put_people
from twin.compiled.block_stocks import put_stocks, stocks_of
from twin.compiled.block_tools import held, put_tools, tools_of
from twin.compiled.block_upkeep import put_upkeep, set_upkeep
from twin.compiled.grade_arrays import Grade, Passage
from twin.compiled.layout import Layout
from twin.compiled.lot_arrays import Lot
from twin.native import Row, layout_of
from twin.standing import MachineState, OrderState, Phase, Stage, State, Task

_NUMBER = 8
_IN_BUFFERS = ("waiting", "gathering")
_UNKNOWN = OrderState(Order(id="", product="", quantity=1), 0, 0)
"""What is known of a lot that is not there."""


class Block:
    """All that changes while a floor works. `whole` is all of it; a copy of that is a snapshot.

    It lies in *whole*, where there is one that is as long. At its end is room for so many *passages*.
    """

    def __init__(self, layout: Layout, whole: NDArray[np.int64] | None = None, passages: int | None = None) -> None:
        self.layout = layout
        self.passages = layout.passages if passages is None else passages
        known = layout.counts
        grades = known["order_count"] if layout.has_grades else 0
        lots = known["order_count"] if layout.lots.has_any else 0
        kinds: dict[str, tuple[type[Row] | None, int]] = {
            "clock": (a.Clock, 1),
            "machines": (a.Machine, known["machine_count"]),
            "orders": (a.Order, known["order_count"]),
            "places": (a.Place, known["place_count"]),
            "ages": (faults.Age, layout.ways),
            "mates": (None, layout.mates),
            "dues": (None, known["leaf_count"]),
            "tree": (None, known["leaf_count"]),
            "asks": (None, (known["machine_count"] >> 6) + 1),
            "doors": (None, (known["place_count"] >> 6) + 1),
            "crews": (sharing.Crew, known["crew_count"]),
            "posts": (sharing.Post, known["machine_count"] * len(sharing.TASKS) if known["crew_count"] else 0),
            "tools": (sharing.Tool, known["tool_count"]),
            "units": (sharing.Unit, known["unit_count"]),
            "task_states": (upkeep_arrays.TaskState, len(layout.arrays["tasks"])),
            "accounts": (accounts.Account, known["machine_count"]),
            "hours_by_word": (None, known["machine_count"] * WORDS),
            "belts": (Belt, known["belt_count"]),
            "rides": (Ride, known["order_count"] if known["belt_count"] else 0),
            "upkeeps": (accounts.Upkeep, known["machine_count"] if any(layout.is_kept_up) else 0),
            "lots": (Lot, lots),
            "born": (None, lots),
            "supply": (stock_arrays.Supply, min(1, known["material_count"])),
            "stocks": (stock_arrays.Stock, known["material_count"]),
            "chains": (stock_arrays.Chain, 4 * known["material_count"]),
            "shorts": (None, known["order_count"] if known["material_count"] else 0),
            "grades": (Grade, grades),
            "passages": (Passage, self.passages),
        }
        sizes = {field: _width(row) * count for field, (row, count) in kinds.items()}
        self.whole: NDArray[np.int64] = np.zeros(sum(sizes.values()), dtype=np.int64) if whole is None else whole
        self.parts: dict[str, NDArray[Any]] = {}
        start = 0
        for field, (row, _) in kinds.items():
            part = self.whole[start : start + sizes[field]]
            self.parts[field] = part if row is None else part.view(layout_of(row))
            start += sizes[field]

    def take(self, snapshot: NDArray[np.int64]) -> None:
        """Stand as a block did of which this is a copy, with less room at its end or as much."""
        self.whole[: len(snapshot)] = snapshot
        self.parts["clock"][0]["passage_room"] = self.passages

    def length(self, passages: int) -> int:
        """How many numbers it takes with room for so many passages."""
        return len(self.whole) + (passages - self.passages) * _width(Passage)

    def room_in(self, snapshot: NDArray[np.int64]) -> int:
        """How many passages there is room for in a snapshot."""
        return self.passages + (len(snapshot) - len(self.whole)) // _width(Passage)

    def put(self, state: State) -> None:
        """Let the floor stand as *state* does."""
        clock = self.parts["clock"][0]
        clock["passage_room"] = self.passages
        clock["now"], clock["unfinished"], clock["on_floor"] = state.now, state.unfinished, state.on_floor
        layout = self.layout
        ages = iter(self.parts["ages"])
        for n, (row, name) in enumerate(zip(self.parts["machines"], layout.machines, strict=True)):
            machine = state.machines[name]
            self._put_machine(row, machine)
            row["mates"] = len(machine.mates)
            self._mates(n)[:] = [layout.order_numbers[name] for name in machine.mates]
            for age, count in zip(machine.ages, machine.failures, strict=True):
                known = next(ages)
                known["age"], known["count"] = age, count
        passages = 0
        for row, name in zip(self.parts["grades"], layout.orders, strict=False):
            order = state.orders.get(name, _UNKNOWN)
            passages = put_grade(row, order, self.parts["passages"], passages, layout.machine_numbers)
        clock["passages"] = put_stocks(layout, self.parts, state, passages)
        for row, name in zip(self.parts["orders"], layout.orders, strict=True):
            if name in state.orders:
                self._put_order(row, state.orders[name])
        put_lots(layout, self.parts, state)
        put_people(layout, self.parts, state)
        put_tools(layout, self.parts, state)
        layout.belts.put(self.parts, state, layout.orders)
        put_upkeep(layout, self.parts, state)
        for name, row in zip(layout.places, self.parts["places"], strict=True):
            row["head"], row["tail"], row["count"] = self._chain(state.buffers[name])
            row["first_wanting"], row["last_wanting"], row["wanting"] = self._chain(state.wanting[name])

    def state(self, like: State) -> State:
        """How the floor stands; *like* is a state of the same floor, for the terms of the orders."""
        clock, layout = self.parts["clock"][0], self.layout
        ages = iter(self.parts["ages"].tolist())
        machines = {
            name: self._machine(
                row,
                [next(ages) for _ in range(len(layout.plant.machines[name].failures))],
                there,
                [layout.orders[mate] for mate in self._mates(layout.machine_numbers[name])],
            )
            for name, row, there in zip(
                layout.machines, self.parts["machines"], posts_of(layout, self.parts), strict=True
            )
        }
        set_upkeep(layout, self.parts, machines)
        orders = dict(self._orders(like))
        places = {name: self.parts["places"][layout.place_numbers[name]] for name in layout.plant.buffers}
        return State(
            machines,
            {name: deque(self._names(row["head"])) for name, row in places.items()},
            {name: deque(self._names(row["first_wanting"])) for name, row in places.items()},
            orders,
            now=int(clock["now"]),
            unfinished=int(clock["unfinished"]),
            on_floor=int(clock["on_floor"]),
            crews=crews_of(layout, self.parts),
            tools=tools_of(layout, self.parts),
            stocks=stocks_of(layout, self.parts),
            belts=layout.belts.states(self.parts, like),
            has_classes=like.has_classes,
            arrivals=dict(like.arrivals),
        )

    def _orders(self, like: State) -> Iterator[tuple[str, OrderState]]:
        """The orders by name, and what is known of them."""
        layout, parts = self.layout, self.parts
        for number in there(layout, parts):
            known = like_of(layout, parts, number, like)
            order = self._order(parts["orders"][number], known)
            if layout.has_grades:
                set_grade(order, parts["grades"][number], parts["passages"], known, layout.machines)
            set_lots(layout, parts, number, order)
            layout.belts.set(order, parts, number)
            yield layout.orders[number], order

    def _put_machine(self, row: Any, machine: MachineState) -> None:
        layout = self.layout
        row["family"] = layout.family(machine.family)
        row["order"] = a.NOBODY if machine.order is None else layout.order_numbers[machine.order]
        row["phase"] = a.PHASES.index(machine.phase)
        row["since"], row["done"], row["mark"], row["age_mark"] = (
            machine.since,
            machine.done,
            machine.mark,
            machine.age_mark,
        )
        row["down"] = a.NOBODY if machine.down is None else machine.down
        row["down_since"] = machine.down_since
        row["repair_since"] = a.NOBODY if machine.repair_since is None else machine.repair_since
        row["is_closed"], row["run"], row["is_held"] = machine.is_closed, machine.run, machine.is_held
        row["held_until"] = FOREVER if machine.held_until is None else machine.held_until
        row["good"], row["scrap"], row["restarts"] = machine.good, machine.scrap, machine.restarts
        row["is_unattended"] = machine.is_unattended
        row["maintenance"] = a.NOBODY if machine.maintenance is None else machine.maintenance
        row["maintenance_since"] = machine.maintenance_since

    def _mates(self, machine: int) -> NDArray[np.int64]:
        """The orders that a machine has beside its first."""
        first = int(self.layout.arrays["fixtures"]["mates"][machine])
        count = int(self.parts["machines"]["mates"][machine])
        found: NDArray[np.int64] = self.parts["mates"][first : first + count]
        return found

    def _machine(
        self,
        row: Any,
        ages: list[tuple[int, int, int]],
        there: tuple[dict[Task, str], dict[Task, int]],
        mates: list[str],
    ) -> MachineState:
        known = dict(zip(row.dtype.names, row.tolist(), strict=True))
        layout = self.layout
        phase = cast("Phase", a.PHASES[known["phase"]])
        return MachineState(
            None if known["family"] < 0 else layout.families[known["family"]],
            [age for age, *_ in ages],
            [count for _, count, _ in ages],
            mates,
            None if known["order"] < 0 else layout.orders[known["order"]],
            phase,
            known["since"],
            known["done"],
            known["mark"],
            known["age_mark"],
            None if known["down"] < 0 else known["down"],
            known["down_since"],
            None if known["repair_since"] < 0 else known["repair_since"],
            bool(known["is_closed"]),
            known["run"],
            bool(known["is_held"]),
            None if known["held_until"] >= FOREVER else known["held_until"],
            known["good"],
            known["scrap"],
            people=there[0],
            hands=there[1],
            tools=held(layout, self.parts, known["tools"]),
            is_unattended=bool(known["is_unattended"]),
            restarts=known["restarts"],
            maintenance=None if known["maintenance"] < 0 else known["maintenance"],
            maintenance_since=known["maintenance_since"],
        )

    def _put_order(self, row: Any, order: OrderState) -> None:
        layout = self.layout
        row["quantity"], row["stage"], row["step"] = order.quantity, a.STAGES.index(order.stage), order.step
        where = layout.place_numbers if order.stage in _IN_BUFFERS else layout.machine_numbers
        row["where"] = where[order.where] if order.where else a.NOBODY
        row["since"], row["scrap"], row["repeats"] = order.since, order.scrap, order.repeats
        row["released_at"] = a.NOBODY if order.released_at is None else order.released_at
        row["finished_at"] = a.NOBODY if order.finished_at is None else order.finished_at
        row["next"] = row["prev"] = row["keeper"] = a.NOBODY
        row["keeps"] = order.keeps
        row["fetched_by"] = layout.machine_numbers[order.fetched_by] if order.fetched_by else a.NOBODY

    def _order(self, row: Any, like: OrderState) -> OrderState:
        known = dict(zip(row.dtype.names, row.tolist(), strict=True))
        stage = cast("Stage", a.STAGES[known["stage"]])
        where = self.layout.places if stage in _IN_BUFFERS else self.layout.machines
        return OrderState(
            like.order,
            like.steps,
            known["quantity"],
            stage,
            known["step"],
            "" if known["where"] < 0 else where[known["where"]],
            known["since"],
            known["scrap"],
            known["repeats"],
            None if known["released_at"] < 0 else known["released_at"],
            None if known["finished_at"] < 0 else known["finished_at"],
            like.number,
            held(self.layout, self.parts, known["carriers"]),
            got_on=like.got_on,
            has_arrived=like.has_arrived,
            keeps=known["keeps"],
            fetched_by="" if known["fetched_by"] < 0 else self.layout.machines[known["fetched_by"]],
        )

    def _chain(self, names: Iterable[str]) -> tuple[int, int, int]:
        """Link orders that wait in a row: the first, the last, how many."""
        numbers, rows = [self.layout.order_numbers[name] for name in names], self.parts["orders"]
        for before, after in zip(numbers, numbers[1:], strict=False):
            rows[before]["next"], rows[after]["prev"] = after, before
        return (numbers[0], numbers[-1], len(numbers)) if numbers else (a.NOBODY, a.NOBODY, 0)

    def _names(self, first: int) -> Iterator[str]:
        while first >= 0:
            yield self.layout.orders[first]
            first = int(self.parts["orders"][first]["next"])


def _width(row: type[Row] | None) -> int:
    """How many numbers a record has."""
    return 1 if row is None else layout_of(row).itemsize // _NUMBER
