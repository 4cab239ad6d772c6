"""Pages of imports: choose a file, map its columns, watch it run, read what became of it."""
