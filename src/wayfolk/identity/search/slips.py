"""What a slip of the finger makes of a text: names, addresses, numbers. Plain Python."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Two orders of y and z; each row is shifted to the right of the one above it.
_KEYBOARDS = (
    ("1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm."),
    ("1234567890-", "qwertzuiop", "asdfghjkl", "yxcvbnm."),
)


def _keys_beside() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for rows in _KEYBOARDS:
        for row, line in enumerate(rows):
            for at, key in enumerate(line):
                near = [(row, at - 1), (row, at + 1), (row - 1, at), (row - 1, at + 1)]
                near += [(row + 1, at - 1), (row + 1, at)]
                found.setdefault(key, set()).update(
                    rows[r][c] for r, c in near if 0 <= r < len(rows) and 0 <= c < len(rows[r])
                )
    return {key: "".join(sorted(near)) for key, near in found.items()}


_BESIDE = _keys_beside()


def one_edit(text: str, letters: str) -> list[str]:
    """Every string that one edit makes of `text`; a swap of neighbours is one edit."""
    cuts = _cuts(text)
    found = _shorter_or_swapped(cuts)
    found += [left + letter + right[1:] for left, right in cuts if right for letter in letters]
    found += [left + letter + right for left, right in cuts for letter in letters]
    return list(dict.fromkeys(each for each in found if each and each != text))


def likely_edit(text: str) -> list[str]:
    """Of all these the likely ones: a key beside the right one, a letter left out or too many."""
    cuts = _cuts(text)
    found = _shorter_or_swapped(cuts)
    found += [
        left + letter + right[1:]
        for left, right in cuts
        if right
        for letter in _BESIDE.get(right[0], "")
    ]
    found += [left + letter + right for left, right in cuts for letter in LETTERS]
    return list(dict.fromkeys(each for each in found if each and each != text))


def _cuts(text: str) -> list[tuple[str, str]]:
    return [(text[:at], text[at:]) for at in range(len(text) + 1)]


def _shorter_or_swapped(cuts: list[tuple[str, str]]) -> list[str]:
    found = [left + right[1:] for left, right in cuts if right]
    return found + [left + right[1] + right[0] + right[2:] for left, right in cuts if right[1:]]


def tail_range(digits: str) -> tuple[int, int]:
    """The range of search_phone_tail() in which numbers with this end lie."""
    tail = digits[-8:][::-1]
    open_places = 10 ** (8 - len(tail))
    return int(tail) * open_places, (int(tail) + 1) * open_places - 1


def near_tails(digits: str) -> list[tuple[int, int]]:
    """The ends of numbers that differ from these in one digit: wrong, missing, extra, swapped."""
    if len(digits) < 7:
        return []
    near = {each[-8:] for each in one_edit(digits[-8:], "0123456789")}
    longer = digits[-9:]  # one digit too many, somewhere among the last
    near |= {longer[:at] + longer[at + 1 :] for at in range(len(longer)) if len(longer) == 9}
    return sorted({tail_range(each) for each in near if len(each) >= min(8, len(digits) - 1)})
