"""Pages of possible duplicates: the lane in which people judge them, one group after the other."""
