"""What random plants draw, and what it costs."""

from hypothesis import strategies as st

from plant_models.energy import Band, Electricity, Power, Tariff
from plant_models.shifts import HOUR, MINUTE


def powers() -> st.SearchStrategy[Power | None]:
    """Nothing known, mostly; else a little by some statuses."""
    known = (
        Power(working=12.5, idle=0.8),
        Power(working=3.0, setup=0.1, blocked=2.0, down=1.0, closed=0.25),
        Power(idle=0.0),
    )
    return st.sampled_from((None, None, None, *known))


def supplies() -> st.SearchStrategy[Electricity]:
    """Nothing known, mostly; else with a tariff by the hours of a week or of a day of its own."""
    night = Band(id="night", price=-0.02, windows=((0, 6 * HOUR), (22 * HOUR, 24 * HOUR)), co2=0.2)
    by_day = Tariff(price=0.3, bands=(night,), period=24 * HOUR, demand_charge=8.5, currency="CHF")
    dear = Band(id="dear", price=0.41, windows=((0, 90 * MINUTE), (30 * HOUR, 60 * HOUR)))
    supplied = (
        Electricity(tariff=by_day, co2=0.36, limit=40.0),
        Electricity(tariff=Tariff(price=0.2, bands=(dear,)), base_load=5.0),
        Electricity(interval=30 * MINUTE, offset=7 * MINUTE, limit=0.5),
    )
    return st.sampled_from((Electricity(), Electricity(), Electricity(), *supplied))
