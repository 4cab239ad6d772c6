"""The derived column of an offer: title and offeree as searches compare them. No Django."""

from wayfolk.kit import text


def fold_offer(title: str, offeree_name: str) -> str:
    return text.fold(f"{title} {offeree_name}")[:400]
