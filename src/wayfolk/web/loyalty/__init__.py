"""Bonus points, bonus packages and customer extras, and their settings (TQ-09, TQ-18, TQ-20)."""
