"""From what a scenario file says to a plant and its orders."""
