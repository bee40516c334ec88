"""The player: a film of the floor (`twin.film`) on a screen, in one HTML page that needs nothing else."""

from ui.player.floorplan import Box, FloorPlan, Road, floorplan
from ui.player.page import Scene, html

__all__ = ["Box", "FloorPlan", "Road", "Scene", "floorplan", "html"]
