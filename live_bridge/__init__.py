"""The only door to the floor and to the ERP: watching is free, acting needs a permit."""

from live_bridge.mirror import OpcUaMirror
from live_bridge.plant_process import PlantProcess, free_endpoint, plant_server
from live_bridge.security import Security
from live_bridge.virtual import Setting, serve

__all__ = ["OpcUaMirror", "PlantProcess", "Security", "Setting", "free_endpoint", "plant_server", "serve"]
