"""What a planner had better know before a question is played: rules that do not look at what was changed, no material.

A hint stands beside the answer; it changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence

from live_bridge.gate import Standing
from plant_models.orders import Order
from plant_models.scenario import Scenario
from twin import changes
from twin.changes import AddOrder, Change, DueDate, OtherRule, Priority, Weight
from twin.policies.rules import HEEDS
from twin.state import State
from twin.supply import too_little


def of_supply(scenario: Scenario, state: State) -> list[str]:
    """What there is too little of for the open orders, in sentences."""
    return [lack.words() for lack in too_little(scenario.plant, state)]


def of_plan(scenario: Scenario, steps: int, typed: str | None) -> list[str]:
    """What a plan of so many *steps* cannot have, and what to do where it is empty; the scenario as it was *typed*."""
    come = list(scenario.plant.arrivals)
    if steps:
        later = f"orders that come by themselves ({', '.join(come)}) are not in it: nobody knows them before they come"
        return [later] if come else []
    if not come:
        return ["there is nothing to plan: no order is open; give the scenario orders, or foreshift import FILE"]
    tried = " ".join(("foreshift rehearse", *((typed,) if typed else ()), f"--rule edd{for_so_long(scenario)}"))
    return [
        f"there is nothing to plan yet: orders come by themselves ({', '.join(come)}), nobody knows them before they "
        f"come, and none is open now. What a rule does with them: {tried}"
    ]


def for_so_long(scenario: Scenario) -> str:
    """The option that looking ahead needs where orders keep arriving; nothing where they end."""
    return " --for 24h" if any(arrival.is_endless for arrival in scenario.plant.arrivals.values()) else ""


def of_release(standings: Mapping[str, Standing], scenario: Scenario) -> list[str]:
    """That the scenario's rule decides although a plan is released, for people who named nobody."""
    return [
        f"{scenario.rule} decides, the scenario's rule, although plan {digest[:8]} is released: the floor works by "
        f"that. Add --plan {digest[:8]} to play the released plan, or --rule {scenario.rule} if the rule is meant"
        for digest, standing in standings.items()
        if standing.status == "released"
    ]


def of_question(scenario: Scenario, state: State, asked: Sequence[Change], who: str) -> list[str]:
    """What to know of a question: *who* is the rule, the plan or the policy that decides; InvalidPlant as `live`."""
    rules = [change.rule for change in asked if isinstance(change, OtherRule)]
    changed, there = changes.live(scenario, state, asked)
    return [*_unheeded(asked, rules[-1] if rules else who), *of_supply(changed, there)]


def _unheeded(asked: Sequence[Change], rule: str) -> Iterator[str]:
    heeds = HEEDS.get(rule)
    if heeds is None:
        return
    hot = {change.order for change in asked if isinstance(change, Priority) and change.priority > 0}
    for change in asked:
        match change:
            case Weight(order=order) if "weight" not in heeds:
                yield f"{rule} does not look at weights: {order} is not preferred for it; {_who('weight')}"
            case DueDate(order=order) if "due" not in heeds:
                yield f"{rule} does not look at due dates: {order} is not preferred for it; {_who('due')}"
            case AddOrder(order=order) if order.id not in hot and _is_urgent(order) and not heeds & {"due", "weight"}:
                yield (
                    f"{rule} does not look at due dates: {order.id} waits its turn like any other; give it a priority "
                    f"to let it pass, or ask with another rule ({', '.join(_rules('due'))})"
                )


def _is_urgent(order: Order) -> bool:
    return order.due is not None and order.priority <= 0


def _who(term: str) -> str:
    return f"{', '.join(_rules(term))} do"


def _rules(term: str) -> list[str]:
    return [name for name, heeds in HEEDS.items() if term in heeds]
