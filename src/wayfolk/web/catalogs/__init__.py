"""Pages of catalog orders."""
