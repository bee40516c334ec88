"""The compiled floor: the facts of the simulated one, one for one, from flat arrays and machine code."""
