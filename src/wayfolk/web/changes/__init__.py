"""Recent changes: what was done, by whom, in words, and taking it back."""
