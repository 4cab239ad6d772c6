"""What the search benchmark counts as found, and who a query was about."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from uuid import UUID, uuid4

import pytest

from bench.searching import likeness, measuring, naming, reaching, targets
from bench.searching.measuring import Measured
from bench.searching.queries import Query, QueryClass
from bench.searching.truth import Numbered, Person, Pool


def person(given: str = "Anna", family: str = "Smith", **more: object) -> Person:
    blank = Person(uuid4(), 10_001, "person", "active", "en", "", "", "", "", "", (), ())
    return replace(blank, given=given, family=family, **more)  # type: ignore[arg-type]


def no_queries(_rng: Random, _pool: Pool, _count: int) -> list[Query]:
    return []


NAMES = QueryClass("names", no_queries, likeness.of_names)


def is_tie(query: str, target: Person, shown: list[Person], of: QueryClass = NAMES) -> bool:
    people = {each.id: each for each in (target, *shown)}
    return measuring.is_tie(of, Query(query, target.id), [each.id for each in shown], people)


def test_ten_namesakes_are_as_good_as_the_one_who_was_meant() -> None:
    assert is_tie("anna smith", person(), [person() for _ in range(10)])


def test_nine_namesakes_are_a_miss() -> None:
    assert not is_tie("anna smith", person(), [person() for _ in range(9)])


@pytest.mark.parametrize(
    "other",
    [
        person(family="Smyth"),  # another spelling
        person(given="Smith", family="Anna"),  # the other way round
        person(middle="Maria"),  # a name that was not typed
        person(given="Ann"),
    ],
)
def test_one_who_fits_worse_among_the_ten_is_a_miss(other: Person) -> None:
    shown = [*(person() for _ in range(9)), other]
    assert not is_tie("anna smith", person(), shown)


def test_a_slip_that_makes_another_name_is_a_tie_with_its_bearers() -> None:
    """Hansen for Jansen: ten Hansens answer the query better than any Jansen."""
    shown = [person(family="Hansen") for _ in range(10)]
    assert is_tie("anna hansen", person(family="Jansen"), shown)
    assert not is_tie("anna jansen", person(family="Jansen"), shown)


def test_a_number_leads_to_one_customer_and_nobody_else() -> None:
    numbers = QueryClass("numbers", no_queries, None)
    assert not is_tie("10001", person(), [person() for _ in range(10)], numbers)


def test_someone_deleted_meanwhile_is_no_tie() -> None:
    target, shown = person(), [person() for _ in range(10)]
    people = {each.id: each for each in (target, *shown[:9])}
    ids = [each.id for each in shown]
    assert not measuring.is_tie(NAMES, Query("anna smith", target.id), ids, people)


@pytest.mark.parametrize(
    ("query", "known", "expected"),
    [
        ("anna smith", person(), (0, 0, 0)),
        ("smith, anna", person(), (0, 1, 0)),
        ("anna smith", person(middle="Maria"), (0, 0, 1)),
        ("soeren moller", person("Søren", "Møller"), (0, 0, 0)),
        ("ana smiht", person(), (2, 0, 0)),
        ("anna smith jones", person(), (5, 0, 0)),
        ("dmitry ivanov", person("Дмитрий", "Иванов", language="ru"), (0, 0, 0)),
    ],
)
def test_how_badly_a_name_fits(query: str, known: Person, expected: tuple[float, ...]) -> None:
    assert likeness.of_names(Query(query, known.id), known) == expected


def test_a_beginning_fits_every_name_that_begins_so() -> None:
    assert likeness.of_beginnings(Query("an smi", uuid4()), person()) == (0, 0)
    assert likeness.of_beginnings(Query("an smo", uuid4()), person()) == (1, 0)


def test_a_nickname_fits_nearly_as_well_as_the_name() -> None:
    query = Query("Bob Smith", uuid4(), given="Bob", family="Smith")
    costs = [likeness.of_nickname(query, person(given)) for given in ("Bob", "Robert", "Otto")]
    assert costs == sorted(set(costs))
    assert costs[0] == (0,)


def test_joined_words_fit_whatever_their_order() -> None:
    known = person("Anna Maria", "Rossi")
    for query in ("annamaria rossi", "anna mariarossi", "rossi annamaria"):
        assert likeness.of_joined_words(Query(query, known.id), known) == (0, 0)
    assert likeness.of_joined_words(Query("anna maria", known.id), known)[0] > 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [("+44 123 456 7890", 0), ("0044 123-456/7890", 0), ("0123 456 7890", 0), ("567890", 0),
     ("0123 456 7891", 1), ("111111", 6)],
)  # fmt: skip
def test_how_badly_a_phone_fits(query: str, expected: int) -> None:
    known = person(phones=("+44 123 456 7890", "+44 999 999 9999"))
    assert likeness.of_phone(Query(query, known.id), known)[0] == expected


def pool() -> Pool:
    people = [
        person("Robert", "O'Brien", phones=("+44 201 456 7890",), emails=("bob@web.de",)),
        person("Søren", "Nielsen", city="Århus", language="da", emails=("s.n@gmail.com",)),
        person("Anna Maria", "Rossi", language="it", phones=("+39 201 555 1234",), city="Roma"),
        person("Max", "Mustermann", language="de", emails=("max@icloud.com",)),
        person("Jean-Pierre", "Beauidnier", language="fr", phones=("+33 201 555 123",)),
        person("翔太", "佐藤", language="ja"),
        person("Γιώργος", "Παππάς", language="el"),
        person("Иван", "Петров", language="ru"),
        person("محمد", "حداد", language="ar"),
        person("伟", "王", language="zh"),
        person("", "", kind="company", company="Black Travel Ltd"),
    ]
    numbered = [Numbered("1234", (people[0].id,))]
    return Pool(people, dict.fromkeys(("booking", "stay", "itinerary"), numbered))


@pytest.mark.parametrize("of", [*naming.classes(), *reaching.classes()], ids=lambda of: of.name)
def test_every_query_leads_to_the_one_who_is_meant(of: QueryClass) -> None:
    """What is typed differs by no more than the slips of its class."""
    source = pool()
    known = {each.id: each for each in source.people}
    queries = of.make(Random(8), source, 40)
    assert queries
    assert all(query.text for query in queries)
    if of.cost is None:
        return
    slips = 2 if of.name == "two typos" else int("typo" in of.name or "wrong" in of.name)
    for query in queries:
        # Half a letter is what a nickname costs; a slip of å may be spelled with two letters.
        assert of.cost(query, known[query.target])[0] <= slips * 1.5 + 0.5


def test_the_same_chance_asks_the_same() -> None:
    source = pool()
    of = naming.classes()[5]
    assert of.make(Random(9), source, 20) == of.make(Random(9), source, 20)
    assert of.make(Random(9), source, 20) != of.make(Random(10), source, 20)


def test_recall_counts_those_shown_and_ties_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    met, missed, tied = person("Ada"), person("Eva"), person()
    namesakes = [person() for _ in range(10)]
    queries = [Query(f"{each.given} {each.family}", each.id) for each in (met, missed, tied)]
    answers: dict[int, Sequence[UUID]] = {0: [met.id], 1: [], 2: [p.id for p in namesakes]}
    asked = Measured(NAMES, queries, answers)
    people = {each.id: each for each in (met, missed, tied, *namesakes)}

    def read(_connection: object, _organization: int, ids: set[UUID]) -> list[Person]:
        return [people[i] for i in ids]

    monkeypatch.setattr("bench.searching.truth.read_people", read)
    monkeypatch.setattr("bench.searching.truth.with_numbers", lambda _c, _o, found: found)
    measuring.judge([asked], None, 1)  # type: ignore[arg-type]
    assert (round(asked.strict, 3), round(asked.tie_aware, 3)) == (0.333, 0.667)


def test_restricted_ones_and_inactive_ones_too_soon_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    active, inactive, restricted, gone = (uuid4() for _ in range(4))
    statuses = {active: "active", inactive: "inactive", restricted: "restricted"}
    monkeypatch.setattr("bench.searching.truth.read_statuses", lambda *_: statuses)
    answers: dict[int, Sequence[UUID]] = dict(
        enumerate([[active, inactive], [inactive, active], [restricted], [gone], []])
    )
    shown = measuring.shown_wrongly([Measured(NAMES, [], answers)], None, 1)  # type: ignore[arg-type]
    assert shown == {"answers": 5, "with_restricted": 2, "inactive_before_active": 1}


def test_what_could_not_be_measured_misses_its_target() -> None:
    assert not targets.at_most("time", None, 5).is_kept
    assert targets.at_least("recall", 0.99, 0.99).figures()["verdict"] == "pass"
    assert targets.at_most("time", 5.1, 5).figures()["verdict"] == "MISS"


def test_growth_is_told_against_the_smaller_company() -> None:
    before = {
        "customers": 1_000,
        "classes": [{"class": "full name", "recall": 1.0, "db_p50": 1.0}],
        "space": {"bytes": 100},
    }
    now = {
        "customers": 5_000,
        "classes": [{"class": "full name", "recall": 0.97, "db_p50": 1.9}],
        "space": {"bytes": 450},
    }
    lines = list(targets.of_growth(before, now))
    assert [(line.reached, line.is_kept) for line in lines] == [
        (0.03, False), (1.9, True), (4.5, True),
    ]  # fmt: skip
