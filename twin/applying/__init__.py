"""What each fact changes in the state of a floor, kind by kind."""
