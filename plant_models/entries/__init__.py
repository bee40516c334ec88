"""What a scenario file may say, kind by kind."""
