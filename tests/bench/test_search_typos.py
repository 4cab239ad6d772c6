"""Slips of the finger, names and spellings of the search benchmark."""

from collections import Counter
from random import Random

import pytest

from bench.searching import scripts, spelling, typos, vocabulary
from bench.searching.naming import mistyped_name

WORDS = ("Smith", "Müller", "Anna", "Lee", "Øst", "Ib", "O'Neill", "x", "aaaa", "Παπάς")


@pytest.mark.parametrize("word", WORDS)
def test_a_mistyped_word_is_never_the_word_itself(word: str) -> None:
    rng = Random(1)
    typed = [typos.mistyped(word, rng) for _ in range(300)]
    assert all(typed)
    assert not [each for each in typed if each.casefold() == word.casefold()]


@pytest.mark.parametrize("word", ["Smith", "Müller", "Lee", "Anna"])
def test_a_slip_is_one_slip(word: str) -> None:
    rng = Random(2)
    typed = {typos.mistyped(word, rng).lower() for _ in range(300)}
    assert {spelling.distance(each, word.lower()) for each in typed} == {1}


def test_slips_are_of_all_kinds() -> None:
    rng = Random(3)
    typed = {typos.mistyped("martin", rng) for _ in range(2_000)}
    assert {"nartin", "marin", "marrtin", "matrin", "martyin", "marftin"} <= typed
    assert "narrtin" not in typed


def test_a_wrong_key_lies_beside_the_right_one() -> None:
    assert set(typos.NEIGHBOURS["g"]) == {"f", "h", "t", "y", "v", "b"}
    assert set(typos.NEIGHBOURS["q"]) == {"w", "a"}
    for letter, near in typos.NEIGHBOURS.items():
        assert all(letter in typos.NEIGHBOURS[other] for other in near)


def test_a_wrong_digit_spares_the_first_ones() -> None:
    rng = Random(4)
    for _ in range(200):
        typed = typos.wrong_digit("+44 123 456", rng, first=2)
        assert typed.startswith("+44 ")
        assert sum(a != b for a, b in zip(typed, "+44 123 456", strict=True)) == 1


def test_a_slip_falls_into_a_word_that_is_long_enough() -> None:
    rng = Random(5)
    typed = {mistyped_name("Bo Li Svensson", rng) for _ in range(100)}
    assert all(each.startswith("Bo Li ") for each in typed)
    assert mistyped_name("Bo Li", rng) != "Bo Li"


@pytest.mark.parametrize(
    ("name", "plain", "written_out"),
    [
        ("Søren Müller", "soren muller", "soeren mueller"),
        ("Łukasz", "lukasz", "lukasz"),
        ("Weiß", "weiss", "weiss"),
        ("Işıl", "isil", "isil"),
        ("Åse", "ase", "aase"),
    ],
)
def test_plain_and_written_out_names(name: str, plain: str, written_out: str) -> None:
    assert (spelling.plain(name), spelling.written_out(name)) == (plain, written_out)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [("smith", "smith", 0), ("smith", "smtih", 1), ("smith", "smth", 1), ("ab", "cd", 2),
     ("", "abc", 3), ("müller", "muller", 1)],
)  # fmt: skip
def test_distances_count_swapped_neighbours_once(left: str, right: str, expected: int) -> None:
    assert spelling.distance(left, right) == spelling.distance(right, left) == expected


def test_a_beginning_is_near_to_the_words_that_begin_so() -> None:
    assert spelling.distance_to_beginning("smi", "smith") == 0
    assert spelling.distance_to_beginning("smo", "smith") == 1
    assert spelling.distance_to_beginning("smith", "s") == 4


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("Παπαδόπουλος", "el", "Papadopoulos"),
        ("Ευαγγελία", "el", "Evangelia"),
        ("Щербаков", "ru", "Shcherbakov"),
        ("Сергей", "ru", "Sergei"),
        ("佐藤", "ja", "Sato"),
        ("山口", "ja", "Yamaguchi"),
        ("村野", "ja", "Murano"),
        ("محمد", "ar", "Mohammed"),
        ("建文", "zh", "Jianwen"),
    ],
)
def test_names_are_spelled_as_their_bearers_do(name: str, code: str, expected: str) -> None:
    assert scripts.latin_spellings(name, code)[0] == expected


def test_every_name_of_another_script_has_a_latin_spelling() -> None:
    rng = Random(6)
    for locale in vocabulary.LOCALES:
        if locale.code in scripts.CODES:
            names = {
                make(rng, locale)
                for make in (vocabulary.given_name, vocabulary.family_name)
                for _ in range(300)
            }
            spelled = {name: scripts.latin_spellings(name, locale.code) for name in names}
            assert all(spelled.values())
            assert all(each.isascii() or "ü" in each for all_ in spelled.values() for each in all_)


def test_few_names_are_common_and_many_are_rare() -> None:
    rng = Random(7)
    english = vocabulary.LOCALES[0]
    families = Counter(vocabulary.family_name(rng, english) for _ in range(20_000))
    commonest = families.most_common(1)[0][1]
    assert 0.005 < commonest / 20_000 < 0.05
    assert sum(count == 1 for count in families.values()) > 1_000
