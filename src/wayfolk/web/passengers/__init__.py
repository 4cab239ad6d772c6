"""Settings, Passenger ages: who travels as infant, child or adult (KP-15)."""
