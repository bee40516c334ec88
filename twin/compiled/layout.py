"""A plant and its orders as flat arrays: what does not change while a floor works, worked out once."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant_models.orders import Order
from plant_models.plan import Plan
from plant_models.plant import Plant
from plant_models.quality import Characteristic
from plant_models.shifts import FOREVER
from twin.chance import name_hash
from twin.compiled import arrays as a
from twin.compiled import fault_arrays as faults
from twin.compiled import joining, layout_upkeep
from twin.compiled.block_grades import passages_of
from twin.compiled.companions import Companions, room_for_mates, said
from twin.compiled.fleets import lay_runs
from twin.compiled.layout_belts import Belts
from twin.compiled.layout_grades import has_grades, lay_grading, lay_inspecting
from twin.compiled.layout_hours import Hours
from twin.compiled.layout_lots import Lots
from twin.compiled.layout_meter import lay_meter
from twin.compiled.layout_people import People
from twin.compiled.layout_plan import lay_plan
from twin.compiled.layout_rows import ROWS
from twin.compiled.layout_stocks import Materials
from twin.compiled.layout_tools import Tools
from twin.compiled.lottery import spelled
from twin.compiled.sizes import depends_on_size, sizes_of
from twin.compiled.timings import Timings
from twin.native import Row, layout_of
from twin.needs.closing import longest_stretch
from twin.release import work_left
from twin.standing import OrderState, State
from twin.wiring import wiring

_DISCIPLINES = {"any": a.ANY, "fifo": a.FIFO, "lifo": a.LIFO}
_WORK = {"resume": faults.RESUMES, "restart": faults.RESTARTS, "scrap": faults.SPOILS}
BASES = 4
"""How many names of draws each machine and each way of breaking down has: work, work again, branch, scrap; time to
failure, again, time to repair, again."""


class Layout:
    """The fixed arrays of a plant and of the orders of a state, and what the numbers in them stand for.

    *machines*, *orders*, *places* and *families* are the names by number, *products* those of the orders; *counts* are
    the fields of the world that hold for all floors with this layout, *arrays* the arrays by the field that has their
    address. With *holds* machines may be told to wait until a time.
    """

    def __init__(self, plant: Plant, state: State, plan: Plan | None = None, *, holds: bool = False) -> None:
        self.plant, self.wiring = plant, wiring(plant)
        self.lots = Lots(plant, state, plan)
        self.machines, self.orders, self.places = (
            tuple(plant.machines),
            self.lots.orders,
            tuple(sorted(plant.buffers)),
        )
        self.place_numbers = {name: number for number, name in enumerate(self.places)}
        self.order_numbers = {name: number for number, name in enumerate(self.orders)}
        self.machine_numbers = self.wiring.index
        self.products = tuple(_known(state, name).order.product for name in self.orders)
        self.families = _families(plant, state)
        self._family_numbers = {name: number for number, name in enumerate(self.families)}
        self._products = {name: number for number, name in enumerate(plant.products)}
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._names: list[int] = []
        self._slots: list[tuple[int, int]] = []
        self.is_kept_up = [state.machines[name].upkeep is not None for name in self.machines]
        waits = any(machine.held_until is not None for machine in state.machines.values())
        self._holds = holds or plan is not None or waits
        self.timings, self.belts = Timings(), Belts(plant)
        self.people, self.tools = People(plant, self.wiring), Tools(plant, self.wiring, state)
        self.materials = Materials(plant, self.wiring, state, self.order_numbers)
        self._companions = Companions(plant)
        self.has_batches, self.mates = self._companions.has_batches, 0
        self._hours = Hours(self.add, self.timings.whole)
        self._first_stops: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.characteristics: list[Characteristic] = []
        self.has_grades = has_grades(plant, state)
        self._count()
        self.counts["has_classes"] = int(state.has_classes)
        sizes = sizes_of(plant, state)
        size_tables = {product: self._sizes(plant, product, found) for product, found in sizes.items()}
        for product, found in sizes.items():
            self._lay_product(product, found)
        self.metering = lay_meter(plant, sizes, self.timings.real, is_metered=self.wiring.is_metered)
        planned = lay_plan(plan, self.order_numbers, self.add)
        self.counts["planned_count"] = len(self._rows.get("planned_slots", ()))
        self._lay_machines(planned, state)
        self.counts |= self.materials.counts(self.timings.whole, self.places, self.mates)
        self._lay_slots()
        self._lay_places()
        self.people.lay(self.add, self.timings.whole, self._slot, self._hours.turn)
        self.tools.lay(self.add, self.timings, self._slot, self.name_draws)
        self.materials.lay(self.add, self.timings, self._slot, self.name_draws)
        kept = [number for number, is_kept in enumerate(self.wiring.is_kept) if is_kept]
        self._give_slots("maintained_slot", a.BY_MAINTAINED, kept)
        self._give_slots("due_slot", a.BY_DUE, kept)
        if self.has_grades:
            self.counts["free_slot"] = self._slot(a.BY_FREE, 0)
        self.belts.lay(self.add, self._slot, self.place_numbers)
        self._lay_orders(state, size_tables, plan)
        self.counts |= {"slot_count": len(self._slots), "base_count": len(self._names)}
        self.counts["leaf_count"] = 1 << max(1, (len(self._slots) - 1).bit_length())
        self.counts["slots"] = self.timings.whole(n for slot in self._slots for n in slot)
        self.passages = _passages(state) if self.has_grades else 0
        if plant.materials:
            self.passages += len(self.orders) + 2 * self.counts["more_parcels"] + self.materials.parcels
        self.ways = len(self._rows.get("faults", ()))
        self.arrays = self._arrays()

    def family(self, name: str | None) -> int:
        """The number of a family; -1 for none."""
        return a.NOBODY if name is None else self._family_numbers[name]

    def _count(self) -> None:
        plant, known = self.plant, self.wiring
        self.counts |= {
            "machine_count": len(self.machines),
            "order_count": len(self.orders),
            "place_count": len(self.places),
            "family_count": len(self.families),
            "can_lock": int(known.can_lock),
            "has_branches": int(known.has_branches),
            "has_fleets": int(bool(plant.vehicles)),
            "belt_count": len(self.belts.names),
            "is_limited": int(known.is_limited),
            "has_grades": int(self.has_grades),
            "has_lots": int(self.lots.has_any),
            "free_slot": a.NOBODY,
            "most_orders": FOREVER if plant.release.orders is None else plant.release.orders,
            "spelled": spelled(self.timings.whole, self.machines),
            "most_work": FOREVER if plant.release.work is None else plant.release.work,
        }
        self._put_list("turning", (self.place_numbers[place] for place in known.turning))
        self._put_list("reserving", known.reserving)
        self.counts |= self.people.counts(self.timings.whole) | self.tools.counts(self.timings.whole)
        self.counts |= layout_upkeep.counts(plant, known, self.timings.whole)

    def _put_list(self, field: str, numbers: Iterable[int]) -> None:
        found = list(numbers)
        self.counts[field], self.counts[f"{field}_count"] = self.timings.whole(found), len(found)

    def add(self, field: str, row: type[Row], **values: float) -> int:
        """Add a record; its number."""
        rows = self._rows.setdefault(field, [])
        rows.append(tuple(values[name] for name in layout_of(row).names or ()))
        return len(rows) - 1

    # -- ways through the plant -------------------------------------------------------------------------------------

    def _sizes(self, plant: Plant, product: str, sizes: Sequence[int]) -> int:
        """Where the table lies that gives for each number of pieces the number of its size."""
        if not depends_on_size(plant, product):
            return self.timings.whole([0] * (max(sizes) + 1))
        numbers = {size: number for number, size in enumerate(sizes)}
        table, last = [], 0
        for pieces in range(max(sizes) + 1):
            last = numbers.get(pieces, last)
            table.append(last)
        return self.timings.whole(table)

    def _lay_product(self, product: str, sizes: Sequence[int]) -> None:
        stops, lefts = self.plant.stops(product), self._work_left(product, sizes)
        self._first_stops[product] = len(self._rows.get("stops", ()))
        for step, stop in enumerate(stops):
            first_station, first_branch = len(self._rows.get("stations", ())), len(self._rows.get("branches", ()))
            for machine in stop.machines:
                self._lay_station(product, step, machine, sizes)
            for to, share in stop.branches:
                is_back = to in self.wiring.returns[product][step]
                self.add("branches", a.Branch, to=to, leads_back=int(is_back), share=share)
            limit, most = stop.operation.rework_limit, max(sizes)
            if self.has_grades:
                lay_grading(self, stop, step, most)
            self.materials.lay_stop(stop, product, self.add, self.timings.whole)
            self.add(
                "stops",
                a.Stop,
                place=self.place_numbers[stop.place],
                first_station=first_station,
                stations=len(stop.machines),
                first_branch=first_branch,
                branches=len(stop.branches),
                rework_limit=a.NOBODY if limit is None else limit,
                scraps=int(stop.operation.scrap > 0),
                scrap=stop.operation.scrap,
                left=self.timings.real(left[step] for left in lefts),
                here=self.timings.real(self._mean_work(product, step, size) for size in sizes),
                sizes=int(depends_on_size(self.plant, product)),
                traits=self.timings.whole(self._companions.traits(product, step)),
                origin=a.NOBODY if stop.operation.move is None else self.family(stop.operation.move.origin),
                goal=a.NOBODY if stop.operation.move is None else self.family(stop.operation.move.to),
                skill=self.people.skill(stop.operation.crew),
                people=stop.operation.people,
                tools=self.tools.list(self.timings.whole, stop.operation.tools),
                tool_count=len(stop.operation.tools),
                takes=self.tools.list(self.timings.whole, stop.operation.takes),
                take_count=len(stop.operation.takes),
                returns=self.tools.list(self.timings.whole, stop.operation.returns),
                return_count=len(stop.operation.returns),
                inspecting=lay_inspecting(self, stop, most),
                split=a.NOBODY if stop.operation.split is None else stop.operation.split,
                merges=int(stop.operation.merge),
                in_lots=self._lay_work_in_lots(product, step, sizes),
            )

    def _lay_work_in_lots(self, product: str, step: int, sizes: Sequence[int]) -> int:
        """Where the expected work from a step on lies, by size, with the steps that are gone through in lots."""
        if self.plant.release.work is None or not self.lots.has_any:
            return a.NOBODY
        steps = len(self.plant.stops(product))
        orders = (OrderState(Order(id="", product=product, quantity=size), steps, size, step=step) for size in sizes)
        return self.timings.real(work_left(self.plant, order) for order in orders)

    def _lay_station(self, product: str, step: int, machine: str, sizes: Sequence[int]) -> None:
        operation, known = self.plant.stops(product)[step].operation, self.plant.machines[machine]
        is_by_size = operation.per == "unit" and depends_on_size(self.plant, product)
        first, own_sizes = self.timings.count, sizes if is_by_size else sizes[:1]
        levels = () if known.wear is None else known.wear.levels[1:]
        for speed in (known.speed, *(known.speed * level.speed for level in levels)):
            for size in own_sizes:
                work = operation.work(machine, size)
                self.timings.add(work if speed == 1 else work.scaled(1 / speed))
        number = self.machine_numbers[machine]
        self.add(
            "stations", a.Station, machine=number, timing=first, is_by_size=int(is_by_size), per_level=len(own_sizes)
        )

    def _mean_work(self, product: str, step: int, pieces: int) -> float:
        """Expected milliseconds of a step on its mean machine."""
        machines = self.plant.stops(product)[step].machines
        return 0.0 + sum(self._expected(product, step, m, pieces) for m in machines) / len(machines)

    def _expected(self, product: str, step: int, machine: str, pieces: int) -> int:
        operation = self.plant.stops(product)[step].operation
        return operation.mean_work(machine, pieces, self.plant.machines[machine].speed)

    def _work_left(self, product: str, sizes: Sequence[int]) -> list[list[float]]:
        """For each size the expected work from each step on, added up in the order of the steps."""
        steps = range(len(self.plant.stops(product)))
        found = []
        for size in sizes:
            works = [self._mean_work(product, step, size) for step in steps]
            found.append([_added_up(works[step:]) for step in steps])
        return found

    # -- machines, buffers, orders ----------------------------------------------------------------------------------

    def _lay_machines(self, planned: dict[str, tuple[int, int]], state: State) -> None:
        plant, known = self.plant, self.wiring
        setups: dict[str, int] = {}
        first_draw = len(self._names)
        for name in self.machines:
            self.name_draws("work", "work\0again", "branch", "scrap", who=name)
        for number, (name, machine) in enumerate(plant.machines.items()):
            center, hours = plant.work_centers[machine.work_center], plant.hours(name)
            changeover = center.changeover
            if changeover is not None and changeover not in setups:
                setups[changeover] = self._setups(name)
            draws = [(self.place_numbers[p], int(known.takes_all[number][p])) for p in known.draws[number]]
            queue = known.queue_of[number]
            first_way = len(self._rows.get("faults", ()))
            for way in range(len(machine.failures)):
                self._lay_fault(name, way)
            self.add(
                "fixtures",
                a.Fixture,
                finishes=int(center.at_shift_end == "finish"),
                refuses=int(center.at_shift_end == "refuse"),
                turn=self._hours.turn(hours),
                longest=0 if hours is None else longest_stretch(hours),
                least_run=known.least_runs[number],
                first_way=first_way,
                ways=len(machine.failures),
                queue_of=a.NOBODY if queue is None else self.place_numbers[queue],
                is_led=int(known.is_led[number]),
                first_planned=planned.get(name, (0, 0))[0],
                planned=planned.get(name, (0, 0))[1],
                draws=self.timings.whole(n for pair in draws for n in pair),
                draw_count=len(draws),
                reserves=int(known.reserves[number]),
                wears=int(known.wears[number]),
                restarts=int(known.restarts[number]),
                has_checks=int(bool(known.checks[number])),
                is_attended=int(known.attended[number]),
                is_equipped=int(name in plant.sharing.equipped),
                leads=int(machine.part_of is None or plant.together(name)[0] == name),
                is_kept_up=int(self.is_kept_up[number]),
                first_level=len(self._rows.get("levels", ())),
                levels=0 if machine.wear is None else len(machine.wear.levels),
                wears_at_work=int(machine.wear is not None and machine.wear.clock == "working"),
                first_task=len(self._rows.get("tasks", ())),
                tasks=len(machine.maintenance),
                drains=int(known.drains[number]),
                setup_skill=self.people.skill(center.setup_crew),
                setup_people=center.setup_people,
                bases=first_draw + BASES * number,
                batch=a.NOBODY if machine.batch is None else self.add("batches", joining.Batch, **said(machine.batch)),
                mates=self.mates,
                fetches=int(known.fetches[number]),
                **{"setups": setups.get(changeover or "", a.NOBODY)} | lay_runs(self, name),
                work_slot=a.NOBODY,
                repair_slot=a.NOBODY,
                breakdown_slot=a.NOBODY,
                shift_slot=a.NOBODY,
                hold_slot=a.NOBODY,
                wake_slot=a.NOBODY,
                maintained_slot=a.NOBODY,
                due_slot=a.NOBODY,
            )
            layout_upkeep.lay_levels(machine, self.add, self.timings, self.name_draws)
            layout_upkeep.lay_tasks(machine, self.people, self.add, self.timings, self.name_draws)

            self.mates += room_for_mates(machine.batch, state.machines[name], len(self.orders))

    def name_draws(self, *whats: str, who: str) -> int:
        """Add the names of draws; the number of the first."""
        self._names += [name_hash(f"{what}\0{who}") for what in whats]
        return len(self._names) - len(whats)

    def _setups(self, machine: str) -> int:
        """Where the times lie to change *machine* over: from nothing and from each family, to each family."""
        befores = (None, *self.families)
        return self.timings.whole(
            self.plant.changeover_time(machine, before, after) for before in befores for after in self.families
        )

    def _lay_fault(self, name: str, way: int) -> None:
        machine = self.plant.machines[name]
        failure, wear = machine.failures[way], machine.wear
        self.add(
            "faults",
            faults.Fault,
            to_failure=self.timings.add(failure.time_to_failure),
            to_repair=self.timings.add(failure.time_to_repair),
            runs_at_work=int(failure.clock == "working"),
            work=_WORK[failure.work],
            is_micro_stop=int(failure.is_micro_stop),
            skill=self.people.skill(failure.crew),
            people=failure.people,
            at_wear=a.NOBODY if failure.at_wear is None or wear is None else wear.number(failure.at_wear),
            renews_wear=int(failure.renews_wear),
            bases=self.name_draws(
                f"failure {way}",
                f"failure {way}\0again",
                f"repair {way}",
                f"repair {way}\0again",
                who=machine.whole,
            ),
        )

    def _slot(self, kind: int, number: int) -> int:
        """Give something that can be due the next slot in the calendar."""
        self._slots.append((kind, number))
        return len(self._slots) - 1

    def _lay_slots(self) -> None:
        """Give everything that can be due its slot, in the order of `twin.wiring.RANKS`."""
        plant, known = self.plant, self.wiring
        numbers = range(len(self.machines))
        fails = [n for n in numbers if plant.machines[self.machines[n]].failures]
        wears = [n for n in numbers if n in fails or plant.machines[self.machines[n]].wear is not None]
        kinds: tuple[tuple[str, int, Iterable[int]], ...] = (
            ("work_slot", a.BY_WORK, numbers),
            ("repair_slot", a.BY_REPAIR, fails),
            ("breakdown_slot", a.BY_BREAKDOWN, wears),
            ("shift_slot", a.BY_SHIFT, [n for n in numbers if plant.hours(self.machines[n]) is not None]),
            ("", a.BY_RELEASE, (0,)),
            ("hold_slot", a.BY_HOLD, numbers if self._holds else ()),
            ("wake_slot", a.BY_WAKE, [n for n in numbers if known.checks[n]]),
        )
        for field, kind, members in kinds:
            if field:
                self._give_slots(field, kind, members)
            else:
                self.counts["release_slot"] = self._slot(kind, 0)

    def _give_slots(self, field: str, kind: int, members: Iterable[int]) -> None:
        """Give machines slots in the calendar, which are then in a field of their fixtures."""
        at = (layout_of(a.Fixture).names or ()).index(field)
        for number in members:
            row = list(self._rows["fixtures"][number])
            row[at] = self._slot(kind, number)
            self._rows["fixtures"][number] = tuple(row)

    def _lay_places(self) -> None:
        plant, known, spoils = self.plant, self.wiring, {}
        for name, buffer in plant.buffers.items():
            if buffer.max_stay is not None:
                self._slots.append((a.BY_STAY, self.place_numbers[name]))
                spoils[name] = len(self._slots) - 1
        for name in self.places:
            buffer = plant.buffers[name]
            self.add(
                "spots",
                a.Spot,
                capacity=known.capacity[name],
                discipline=_DISCIPLINES[buffer.discipline],
                min_stay=buffer.min_stay,
                max_stay=0 if buffer.max_stay is None else buffer.max_stay,
                spoil_slot=spoils.get(name, a.NOBODY),
                belt=self.belts.numbers.get(name, a.NOBODY),
                in_line=self.timings.whole(known.next_in_line[name]),
                in_line_count=len(known.next_in_line[name]),
                behind=self.timings.whole(known.behind[name]),
                behind_count=len(known.behind[name]),
            )

    def _lay_orders(self, state: State, size_tables: dict[str, int], plan: Plan | None) -> None:
        steps = {(slot.order, slot.step) for slot in plan.slots} if plan is not None else set()
        for name in self.orders:
            order = _known(state, name)
            agreed = order.order
            self.add(
                "terms",
                a.Terms,
                product=self._products[agreed.product],
                family=self.family(self.plant.products[agreed.product].family),
                first_stop=self._first_stops[agreed.product],
                steps=order.steps,
                planned_steps=self.timings.whole(int((name, n) in steps) for n in range(order.steps + 1)),
                sizes=size_tables[agreed.product],
                release=agreed.release,
                due=FOREVER if agreed.due is None else agreed.due,
                priority=agreed.priority,
                number=order.number,
                weight=agreed.weight,
                hash=name_hash(name),
            )
        planned = [n for _, n in sorted((o.order.release, n) for n, o in enumerate(state.orders.values()))]
        self.counts["planned"] = self.timings.whole((*planned, *range(len(planned), len(self.orders))))
        self.lots.laid(self.timings.whole)

    def _arrays(self) -> dict[str, NDArray[Any]]:
        found: dict[str, NDArray[Any]] = {
            field: np.array(self._rows.get(field, []), dtype=layout_of(row)) for field, row in ROWS.items()
        }
        found["names"] = np.array(self._names, dtype=np.uint64)
        return found | self.timings.arrays()


def _passages(state: State) -> int:
    """How many times orders are likely to go through a step, those that they went through before among them."""
    steps = sum(2 * (order.steps - order.step) + 1 for order in state.orders.values() if not order.has_left)
    return passages_of(state.orders) + steps + 64


def _known(state: State, name: str) -> OrderState:
    """An order, or what a lot would be part of that is not there."""
    known = state.find(name)
    assert known is not None  # lots are made of orders
    return known


def _families(plant: Plant, state: State) -> tuple[str, ...]:
    """The families that machines are or will be set up for; of vehicles the locations to which they get."""
    ordered = (plant.products[order.order.product].family for order in state.orders.values())
    standing = (machine.family for machine in state.machines.values() if machine.family is not None)
    locations = (location for fleet in plant.vehicles.values() for location in fleet.locations)
    return tuple(dict.fromkeys((*ordered, *standing, *locations)))


def _added_up(works: Iterable[float]) -> float:
    total = 0.0
    for work in works:
        total += work
    return total
