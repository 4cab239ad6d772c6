"""What the customers list can be narrowed to, show and be ordered by. No Django here."""
