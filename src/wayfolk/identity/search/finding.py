"""Which ways of searching a query calls for."""

from wayfolk.identity.search import by_name, by_reach
from wayfolk.identity.search.board import Board

# From here on a name answers plainly; from here on a code was the number of somebody.
PLAIN = 0.9
NUMBERED = 0.98


def search(board: Board) -> None:
    """Find candidates for the board's query and note them there."""
    query = board.query
    if query.email:
        by_reach.find_by_email(board, query.email)
        if query.words and not board.found:
            by_name.find_by_name(board)
        return
    if query.digits and not query.words:
        by_reach.find_by_digits(board)
        return
    if query.code.isalpha():
        by_name.find_by_name(board)
        if board.count(PLAIN) < board.limit:
            by_reach.find_by_code(board, query.code)
        return
    if query.code:
        by_reach.find_by_code(board, query.code)
        if board.count(NUMBERED):
            return
    by_name.find_by_name(board)
    if query.digits:
        by_reach.find_by_phone(board, beside_a_name=True)
