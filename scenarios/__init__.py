"""Plants to try things on, as files; `plant_models.read.scenario` finds them by name."""

__all__: list[str] = []
