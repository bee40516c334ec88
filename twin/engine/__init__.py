"""The parts of the simulated floor: its calendar, and what stops machines, lets orders in, and holds them up."""
