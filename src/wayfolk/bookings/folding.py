"""The derived column of a booking: the product's name as searches compare it. No Django."""

from wayfolk.kit import text


def fold_product(product: str) -> str:
    return (text.fold(product) or text.clean(product).lower())[:200]
