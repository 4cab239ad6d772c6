"""Jobs of this package: load, one call."""
