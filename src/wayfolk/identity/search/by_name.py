"""Searching by name: rungs of a ladder, from exact to misspelled, until enough is found.

Each rung asks the index for candidates and judges them. The next one, dearer and less certain,
is climbed only while too few good ones are known.
"""

from collections.abc import Sequence

from wayfolk.identity.search import deletions, keys, probing, ranking, slips, store
from wayfolk.identity.search.board import Board, Found
from wayfolk.identity.search.probing import Near, Ways, Words
from wayfolk.identity.search.ranking import Verdict
from wayfolk.identity.search.store import Candidate, Probes

# What counts as found without doubt, and as well enough not to guess any further.
SURE = 0.92
LIKELY = 0.75
# So many found without doubt, and nobody looks for other spellings.
SURE_ENOUGH = 3
# Two edits in each of many words are too many pairs to look up.
GUESSED_WORDS_MAX = 3
# A probe of a second pair or of an array costs as much as a search may: only the likeliest.
SECOND_MAX = 60
ANY_MAX = 15
WORDS_TRIED = 40  # of those near a word that stands alone
FRAGMENTS_TRIED = 60
SHORT = 4
BEGUN_MAX = 15  # letters of a word that may still be a beginning with a slip
EVERYBODY = 1_000_000
# One slip in a name of two words, even in a word of three letters.
NEAR = 0.87


def _probe(board: Board, probes: Probes, cities: Sequence[frozenset[int]] = ()) -> None:
    """Look for candidates and hold them against the typed words."""
    typed, signs = board.query.words, board.query.signs
    nowhere: frozenset[int] = frozenset()
    for candidate in store.find_candidates(probes, board.statuses):
        names = ranking.names_of(*candidate[4:8])
        city = cities[candidate.via - 1] if 0 < candidate.via <= len(cities) else nowhere
        verdict = ranking.judge(typed, names, city, is_begun=not signs)
        if verdict.score >= 0.3:
            found = _named(candidate, verdict, in_city=bool(city))
            if signs and not signs.issubset("".join(candidate[4:8])):
                found.score -= ranking.OTHER_SIGNS
            board.note(found)


def find_by_name(board: Board) -> None:
    words = Words(board.by.organization_id, board.query.words)
    if not words.typed or not board.by.may_see("customer.name"):
        return
    sees_address = board.by.may_see("customer.address")
    vocabulary = store.look_up(words.typed, words.texts(), _deletions(words, 1))
    near = probing.near_words(words, vocabulary.words, 1)
    ways = Ways.worth_going(
        words,
        vocabulary,
        near,
        sees_address=sees_address,
        is_in_signs=bool(board.query.signs),
    )
    _look(board, words, ways, near)
    sure = board.count_sure(SURE)
    if sure >= SURE_ENOUGH:
        return
    if len(words.likely) == 1:
        _probe_words(board, words, near[words.likely[0]][:WORDS_TRIED])
    if len(words.likely) > GUESSED_WORDS_MAX:
        return
    _guess(board, words, ways, near, is_sure=bool(sure))


def _guess(
    board: Board, words: Words, ways: Ways, near: dict[int, list[Near]], *, is_sure: bool
) -> None:
    """While nobody likely is found: every way, then what is less and less like what was typed."""
    is_single = len(words.likely) == 1
    doubt = LIKELY if is_single else NEAR
    if board.count(doubt) == 0:
        every = Ways.all(sees_address=board.by.may_see("customer.address"))
        if ways != every:
            _look(board, words, every, {})
        _probe_anywhere(board, words, near)
    if not is_sure and board.count(doubt) == 0:
        _two_edits_away(board, words)
    if board.count(LIKELY) == 0 and not is_single:
        _mistyped_beginnings(board, words)
    if board.count(0.62) == 0:
        _fragments(board, words)


def _look(board: Board, words: Words, ways: Ways, near: dict[int, list[Near]]) -> None:
    """As typed, as nicknames, as beginnings, in either order, joined or split, in a city.

    near: of each word its neighbours, looked for unless enough are called just so.
    """
    org = words.organization_id
    # Others who are spelled alike share the keys, so more than are shown are judged.
    wide = max(40, board.limit)
    cities = words.cities(ways.places)
    is_single, is_two = len(words.typed) == 1, len(words.typed) == 2
    own = [[keys.word(org, words.skeletons[0])]] if is_single else []
    typed, nicknames = words.pairs(), words.nickname_pairs()
    parted = words.parted_pairs() if ways.parted else []
    misspelled = probing.near_pairs(words, near, 1) if near and not is_single else []
    given_led, family_led = words.beginnings() if ways.begun else ([], [])
    # A short word is rather the beginning of one than the whole of it.
    is_beginning = is_single and len(words.typed[0]) <= SHORT
    probes = Probes(
        pairs=typed if is_two else (),
        other_pairs=nicknames if is_two else [*typed, *nicknames, *parted],
        second_pairs=[*typed, *nicknames, *(parted if is_single else ())],
        near_pairs=[*misspelled, *(parted if is_two else ())],
        near_second_pairs=misspelled[:SECOND_MAX],
        sure=SURE_ENOUGH if is_two else EVERYBODY,
        page_size=board.limit if is_two else EVERYBODY,
        pair_limit=wide,
        families=probing.family_keys(org, words.typed) if is_single else (),
        family_limit=wide,
        given_led=given_led,
        family_led=family_led,
        beginning_limit=max(16, board.limit),
        sets=[*(city.keys for city in cities), *words.whole(), *words.near_sets(near)],
        more_sets=[*words.sets(), *own],
        begun_sets=words.begun_sets() if ways.begun else (),
        any_of=[
            *(words.consonant_keys() if ways.vowelless else ()),
            *(words.near_in_city(near) if ways.places is None or ways.places else ()),
        ],
        set_limit=max(60, board.limit),
        enough=EVERYBODY if is_beginning else max(24, board.limit),
    )
    _probe(board, probes, [city.places for city in cities])


def _deletions(words: Words, edits: int) -> list[int]:
    """Under which keys the vocabulary has what is near the likely words."""
    long_enough = 2 if edits == 1 else deletions.TWO_FROM - 1
    return [
        key
        for at in words.likely
        if edits == 2 or len(words.typed[at]) >= 2
        for key in deletions.sought(
            words.organization_id,
            words.typed[at],
            edits if len(words.typed[at]) >= long_enough else 1,
        )
    ]


def _two_edits_away(board: Board, words: Words) -> None:
    """Names of words two edits away, by the pair that they are most likely found under."""
    vocabulary = store.find_words(deletions=_deletions(words, 2))
    near = probing.near_words(words, vocabulary, 2)
    if len(words.likely) == 1:
        _probe_words(board, words, near[words.likely[0]][:WORDS_TRIED])
        return
    pairs = probing.near_pairs(words, near, 2)
    if pairs:
        probes = Probes(
            other_pairs=pairs,
            second_pairs=pairs[:SECOND_MAX],
            pair_limit=32,
            any_of=pairs[:ANY_MAX],
            enough=10,
        )
        _probe(board, probes)


def _probe_anywhere(board: Board, words: Words, near: dict[int, list[Near]]) -> None:
    """Neighbours of the typed words anywhere in a name, and in a city."""
    if len(words.likely) == 1:
        return
    pairs = probing.near_pairs(words, near, 1)
    cities = words.near_in_city(near) if board.by.may_see("customer.address") else []
    probes = Probes(any_of=[*cities, *pairs[:ANY_MAX]], set_limit=15, enough=10)
    if probes.any_of:
        _probe(board, probes)


def _probe_words(board: Board, words: Words, near: Sequence[Near]) -> None:
    """Single words that resemble the typed one: last names first, then any word."""
    if near:
        org, spelled = words.organization_id, [each.word for each in near]
        probes = Probes(
            families=probing.family_keys(org, spelled),
            family_limit=10,
            any_of=probing.word_keys(org, spelled),
            enough=60,
        )
        _probe(board, probes)


def _mistyped_beginnings(board: Board, words: Words) -> None:
    """Two words that are still being typed, with a slip in one of them."""
    sought = words.mistyped_beginnings()
    if sought:
        probes = Probes(any_of=sought, set_limit=200, enough=200)
        _probe(board, probes)


def _fragments(board: Board, words: Words) -> None:
    """Letters from inside a word, and typos in a word that is not finished yet."""
    near: dict[int, list[Near]] = {}
    for at in words.likely:
        near[at] = _expanded(words.typed[at])
        if len(words.likely) > 1:
            near[at].append(Near(1, 10**9, words.typed[at]))
    if len(words.likely) == 1:
        _probe_words(board, words, near[words.likely[0]][:FRAGMENTS_TRIED])
        return
    pairs = probing.near_pairs(words, near, 2)
    probes = Probes(pairs=pairs, second_pairs=pairs, pair_limit=5, any_of=pairs[:100], enough=60)
    _probe(board, probes)


def _expanded(word: str) -> list[Near]:
    if len(word) < 3:
        return []
    inside = store.find_words(fragments=[f"%{word}%"], limit=200)
    begun: dict[str, int] = {}
    if 4 <= len(word) <= BEGUN_MAX:
        variants = slips.one_edit(word, slips.LETTERS)
        begun = store.find_words(beginnings=variants, limit=5)
    ordered = sorted((inside | begun).items(), key=lambda item: -item[1])
    return [Near(1, frequency, each) for each, frequency in ordered[:40]]


def _named(candidate: Candidate, verdict: Verdict, *, in_city: bool) -> Found:
    kind = verdict.kinds[0] if verdict.kinds else "city"
    field = "company" if verdict.fields == ("company",) else "name"
    person = " ".join(part for part in candidate[4:7] if part)
    text = candidate.company_name if field == "company" or not person else person
    found = Found(candidate, verdict.score, field, kind, text, verdict.weakest)
    if in_city:
        found.field += "+city"
    return found
