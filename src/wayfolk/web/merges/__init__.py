"""Pages that make one record of several, and several of one again."""
