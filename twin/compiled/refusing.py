"""What the compiled floor cannot play yet, by name: such a plant is played on the simulated floor."""

from collections.abc import Callable, Iterator

from plant_models.plant import Plant
from plant_models.shifts import DAY
from twin.chance import Certain, Chance, Luck
from twin.compiled.layout_lots import MOST_LOTS, endless_of, is_too_much
from twin.compiled.layout_stocks import named_like_a_lot
from twin.compiled.sizes import MOST_TIMES, times_by_size
from twin.compiled.thinking import Thinking
from twin.decisions import Policy
from twin.policies.follow import FollowPlan
from twin.policies.rules import RULES
from twin.recipe import policy_name
from twin.standing import State
from twin.wiring import wiring

COMPILED_RULES = (
    "fifo",
    "spt",
    "lpt",
    "edd",
    "slack",
    "critical-ratio",
    "atc",
    "wspt",
    "mwkr",
    "setup-saving",
    "random",
)
"""The dispatching rules that are compiled, by number."""


_LONGEST = 20 * 366 * DAY
"""So many milliseconds after the epoch hours may still be special."""


def refusals(plant: Plant, state: State, policy: Policy | None) -> tuple[str, ...]:
    """Why the compiled floor cannot play *policy* from *state*, a sentence for each reason; empty where it can.

    Without a policy somebody outside decides, who can be anybody.
    """
    return (
        *_of_hours(plant),
        *_of_centers(plant),
        *_of_lots(plant, state),
        *_of_orders(plant, state),
        *(() if policy is None else _of_policy(policy)),
    )


def refuses_luck(chance: Callable[[int], Luck] | Luck) -> tuple[str, ...]:
    """Why the compiled floor cannot draw as *chance* does; empty where it can."""
    kind = chance if isinstance(chance, type) else type(chance)
    return () if kind in (Chance, Certain) else (f"the luck comes from {kind.__name__}, not from Chance or Certain",)


def rule_code(policy: Policy) -> int:
    """The number of a compiled rule; of a plan that of the rule for what it does not have, -1 without one.

    Raises
    ------
    ValueError
        Where the policy is not compiled.
    """
    for reason in _of_policy(policy):
        raise ValueError(reason)
    if isinstance(policy, FollowPlan):
        return -1 if policy.otherwise is None else rule_code(policy.otherwise)
    if isinstance(policy, Thinking):
        return rule_code(policy.otherwise)
    return COMPILED_RULES.index(policy_name(policy))


def _of_policy(policy: Policy) -> Iterator[str]:
    if isinstance(policy, FollowPlan):
        if isinstance(policy.otherwise, Thinking):
            yield "a plan is followed, and what it does not have is left to a learned policy"
        elif policy.otherwise is not None:
            yield from _of_policy(policy.otherwise)
        return
    if isinstance(policy, Thinking):
        yield from policy.refusals()
        yield from _of_policy(policy.otherwise)
        return
    name = policy_name(policy)
    if name not in COMPILED_RULES or RULES[name] is not policy:
        yield f"who decides is {name}; compiled are plans and the rules {', '.join(COMPILED_RULES)}"


def _of_hours(plant: Plant) -> Iterator[str]:
    """Hours that are special for longer than they can be laid out, change by change."""
    kept = {f"machine {name!r}": plant.hours(name) for name in plant.machines}
    kept |= {f"crew {name!r}": plant.presence(name) for name in plant.crews}
    for who, hours in kept.items():
        special = () if hours is None else (*hours.closed, *hours.extra, *hours.outages)
        if any(end > _LONGEST for _, end in special):
            yield f"{who} has special hours, or is out, for more than {_LONGEST // (366 * DAY)} years"


def _of_centers(plant: Plant) -> Iterator[str]:
    """What is between machines."""
    for arrival in plant.arrivals.values():
        yield f"orders arrive by themselves ({arrival.id!r})"


def _of_lots(plant: Plant, state: State) -> Iterator[str]:
    """Lots of orders, and of materials."""
    for name, operation in endless_of(plant):
        yield f"product {name!r}, operation {operation!r} divides orders into lots, and again without limit"
    for product in plant.products if wiring(plant).has_lots else ():
        if is_too_much(plant, state, product):
            yield f"product {product!r} divides orders into lots, more than {MOST_LOTS:,} of them"
    for material in plant.materials:
        for name in state.orders:
            if named_like_a_lot(material, name):
                yield f"order {name!r} has the name of a lot of material {material!r}"


def _of_orders(plant: Plant, state: State) -> Iterator[str]:
    """How orders stand, and who else is on the floor."""
    for name in plant.machines:
        if not _stands_as_kept_up(plant, state, name):
            yield f"machine {name!r} stands as one that wears, or is kept up, in another way than the plant says"
    for crew in state.crews.keys() - plant.crews.keys():
        yield f"there are people of crew {crew!r} on the floor, not in the plant"
    for tool in state.tools.keys() - plant.tools.keys():
        yield f"there are units of tool {tool!r} on the floor, not in the plant"
    for material in state.stocks.keys() - plant.materials.keys():
        yield f"there is a stock of material {material!r} on the floor, not in the plant"
    if times_by_size(plant, state) > MOST_TIMES:
        yield f"more than {MOST_TIMES:,} different times for orders by their pieces"


def _stands_as_kept_up(plant: Plant, state: State, name: str) -> bool:
    """Whether a machine has a record of its wear and its maintenance, where the plant says that it has any."""
    known, machine = plant.machines[name], state.machines[name]
    if machine.upkeep is None:
        return machine.maintenance is None and not (known.maintenance or known.wear)
    tasks, ways = len(known.maintenance), len(known.failures)
    lengths = [len(machine.upkeep.used), len(machine.upkeep.done), len(machine.upkeep.renewed)]
    return lengths == [tasks, tasks, ways] and (machine.maintenance is None or machine.maintenance < tasks)
