"""Pages of households: the list, one household, the dialogs that move people, suggestions."""
