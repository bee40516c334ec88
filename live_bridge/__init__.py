"""The only door to the floor and to the ERP: watching is free, acting needs a permit.

Names are loaded when they are first used, so that a plant's process carries no more than it needs. `__init__.pyi` tells
type checkers and editors the same.
"""

from importlib import import_module
from typing import Any

__all__ = [
    "Delivery",
    "OpcUaFloor",
    "OpcUaMirror",
    "Permit",
    "PlantProcess",
    "Replan",
    "Security",
    "Setting",
    "ShiftReport",
    "Standing",
    "erp",
    "free_endpoint",
    "gate",
    "import_orders",
    "plant_server",
    "read_orders",
    "reconcile",
    "resume",
    "run_shift",
    "serve",
    "trial",
    "truth",
    "virtual",
]

_ROOMS = {
    "live_bridge.erp": ("import_orders", "read_orders"),
    "live_bridge.floor": ("Delivery", "OpcUaFloor"),
    "live_bridge.gate": ("Permit", "Standing"),
    "live_bridge.mirror": ("OpcUaMirror",),
    "live_bridge.plant_process": ("PlantProcess", "free_endpoint", "plant_server"),
    "live_bridge.security": ("Security",),
    "live_bridge.shift": ("Replan", "ShiftReport", "resume", "run_shift"),
    "live_bridge.virtual": ("Setting", "serve"),
    "live_bridge.works": ("truth",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = _ROOM_OF.get(name)
    found = import_module(f"{__name__}.{name}") if room is None else getattr(import_module(room), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
