"""How well duplicates are found: public data, and generated customers with families."""
