"""Finding offers and catalog orders. Every function returns only what this actor may see."""
