"""Random orders that come by themselves."""

from typing import Any

from hypothesis import strategies as st

from plant_models.distributions import Constant, Empirical, Uniform
from plant_models.plant import Arrival
from plant_models.shifts import HOUR, MINUTE
from tests.laws.machines import distributions


@st.composite
def arrivals(draw: st.DrawFn, products: list[str]) -> dict[str, Arrival]:
    """One or two streams of a few orders that come by themselves."""
    found = {}
    for name in ("spares", "calls")[: draw(st.integers(1, 2))]:
        mix = {product: draw(st.sampled_from((1.0, 0.3))) for product in products}
        what: dict[str, Any] = {"product": products[0]} if draw(st.booleans()) else {"mix": mix}
        start = draw(st.sampled_from((0, 0, 30, 500))) * MINUTE
        found[name] = Arrival(
            id=name,
            **what,
            between=draw(distributions(1, 200)),
            first=draw(st.sampled_from((None, Constant(0)))),
            start=start,
            end=draw(st.sampled_from((None, start + HOUR, start + 20 * HOUR))),
            limit=draw(st.integers(1, 4)),
            quantity=draw(st.sampled_from((Constant(2), Uniform(1, 4), Empirical((1, 3), (3, 1))))),
            due_after=draw(st.one_of(st.none(), distributions(30, 300))),
            weight=2.0,
            priority=draw(st.sampled_from((0, 0, 1))),
        )
    return found
