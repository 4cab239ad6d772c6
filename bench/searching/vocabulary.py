"""Names in the proportions of a country: a few that many bear, and a long tail of rare ones.

The thirteen locales of the generated company, and two more scripts. Of the names that many
bear, the n-th is drawn with a chance of 1 / (n + q), as census lists have it; four in ten
last names and one in ten first names are made of parts, most of them borne by a few people.
"""

from random import Random

from bench.generator.names import LOCALES as COMPANY_LOCALES
from bench.generator.names import Locale
from bench.searching import scripts

_COMMON_FAMILIES = 15.0  # q: the larger, the less the first ones stand out
_COMMON_GIVEN = 8.0
_RARE = 100.0
_RARE_GIVEN_SHARE = 0.1
_RARE_FAMILIES_SHARE = 0.4
_MADE_GIVEN = 1_500
_PRIME = 7_919  # spreads neighbouring ranks over all parts of a made name

# More first names than the company's pages need; the nicknamed ones are in nicknames.py.
_MORE_GIVEN = {
    "en": (
        "Christopher Daniel Matthew Anthony Margaret Steven Andrew Kenneth Joshua Kevin Brian"
        " Barbara Timothy Ronald Edward Jason Jeffrey Jacob Nicholas Gary Eric Jonathan Stephen"
        " Larry Justin Scott Brandon Benjamin Samuel Gregory Alexander Frank Raymond Dorothy"
        " Sandra Ashley Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie"
        " Rebecca Laura Helen Sharon Cynthia Kathleen Amy Angela Shirley Anna Ruth Brenda Pamela"
        " Nicole Katherine Samantha Christine Emma Catherine Virginia Rachel Janet Maria Heather"
        " Leo Max Mia Eva Ian Amy Lee Tom Sue"
    ),
    "de": (
        "Hans-Peter Anna-Lena Karl-Heinz Johannes Andreas Thomas Michael Christian Martin Andrea"
        " Petra Claudia Susanne Renate Karin Brigitte Ingrid Helga Katharina Alexander Matthias"
        " Markus Frank Annelise Hansjürgen Eva Max Ute Udo Kai"
    ),
    "fr": (
        "Jean-Pierre Marie-Claire Jean-Luc Anne-Sophie Michel Philippe Nathalie Isabelle Sylvie"
        " Catherine Nicolas Christophe Laurent Stéphane Sébastien Julien Aurélie Élodie Émilie"
        " Guillaume Mathieu Valérie Sandrine Véronique Frédéric Éric Ève Guy Léo"
    ),
    "es": (
        "María_José José_Luis Ana_María Francisco Manuel Juan Javier Isabel Pilar Dolores"
        " Teresa Rosa Cristina Marta Laura Alejandro Rafael Miguel Fernando Luis Sergio Alberto"
        " Mercedes Guadalupe Ana Eva Leo"
    ),
    "pt": (
        "Ana_Rita João_Pedro Francisco Manuel Carlos Paulo Pedro Rui Jorge Margarida Teresa"
        " Catarina Marta Helena Rita Isabel Fernanda Eduardo Miguel Ricardo Ana Rui Eva"
    ),
    "it": (
        "Anna_Maria Maria_Luisa Gian_Luca Marialuisa Antonio Mario Luigi Salvatore Vincenzo"
        " Domenico Roberto Stefano Alessandro Francesca Paola Laura Angela Rosa Caterina Teresa"
        " Federica Valentina Leo Ada Eva"
    ),
    "nl": "Johannes Cornelis Hendrik Johanna Elisabeth Wilhelmina Petra Ingrid Esther Daan Ton Kim",
    "da": (
        "Hans_Christian Anne_Marie Peter Michael Lars Jens Thomas Henrik Hanne Birgitte Susanne"
        " Charlotte Camilla Louise Jens-Peter Åge Bo Ib Eva"
    ),
    "pl": "Piotr Katarzyna Krzysztof Andrzej Tomasz Krystyna Elżbieta Joanna Aleksandra",
    "tr": "Hüseyin Hasan Ali Osman Yusuf Zeynep Elif Hatice Merve Büşra Can Nur",
    "el": "Κωνσταντίνος Αναστασία Παναγιώτης Χρήστος Ευαγγελία Θεόδωρος Ιωάννα Άννα Μιχάλης",
    "ru": "Екатерина Анастасия Владимир Татьяна Михаил Юлия Николай Евгений Ксения Илья Яна",
    "ja": " ".join(scripts.JAPANESE_GIVEN),
}  # fmt: skip
_MORE_FAMILIES = {
    "en": (
        "Johnston Harris Martin Jackson Clarke Lewis Young King Wright Scott Turner Hill Moore"
        " Cooper Ward Morris Watson Baker Harrison Morgan Edwards Stewart Allen Bennett Cook"
        " Bell Shaw Murphy Miller Cox Richards Khan Marshall Anderson Simpson Ellis Adams Singh"
        " Begum Wilkinson Foster Chapman Powell Webb Rogers Gray Mason Ali Hunt Hussain Owen"
        " Fox Kim Ray Cole Nash"
    ),
    "de": (
        "Bauer Koch Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krause Lange"
        " Werner Schmitt Lehmann Maier Meier Mayer Huber Kaiser Fuchs Peters Möller Jung Hahn"
        " Vogel Keller Günther Frank Berger Winkler Roth Beck Lorenz Franke Uhl Ott"
    ),
    "fr": (
        "Laurent Simon Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard André"
        " Lefebvre Mercier Dupont Lambert Bonnet François Guérin Boyer Garnier Chevalier Roy"
        " Le_Gall De_La_Tour"
    ),
    "es": "Jiménez Ruiz Hernández Díaz Moreno Álvarez Romero Alonso Gutiérrez Navarro Torres"
    " Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco De_la_Cruz Sáenz Gil Rey",
    "pt": "Gomes Lopes Marques Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes"
    " Soares Vieira Monteiro Dos_Santos Da_Silva Sá Reis",
    "it": "Bruno Gallo Conti De_Luca Mancini Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana"
    " Santoro Mariani Di_Stefano Rinaldi Caruso Leo",
    "nl": "Van_Dijk Van_Dam Hendriks Janssen Vermeulen Kok Jacobs Schouten Willems Hoekstra",
    "da": "Rasmussen Madsen Kristensen Olsen Thomsen Poulsen Johansen Knudsen Mortensen Sørby",
    "pl": "Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Krawczyk Grabowski Pawłowski Król",
    "tr": "Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek Polat",
    "el": "Γεωργίου Νικολάου Δημητρίου Αντωνίου Χριστοδούλου Μακρής Παπανικολάου Ζαχαρίου",
    "ru": "Морозов Волков Фёдоров Козлов Лебедев Семёнов Егоров Павлов Орлов Макаров Зайцев Ильин",
    "ja": " ".join(scripts.JAPANESE_FAMILY),
}  # fmt: skip

_LATIN_MIDDLES = tuple(
    vowel + consonant for consonant in ("", *"nrlsmdtbgkvz") for vowel in "aeiou"
)
_MIDDLES = {
    "el": tuple(vowel + consonant for consonant in ("", *"νρλσμτκ") for vowel in "αεηιου"),
    "ru": tuple(vowel + consonant for consonant in ("", *"нрлсмдтв") for vowel in "аеиоу"),
}
_GIVEN_STARTS = tuple(
    "Al Ber Cor Dan El Fer Gis Hel Il Jor Kar Lor Mar Nor Or Pal Rom Sil Tor Val".split()
)
_GIVEN_ENDS = tuple("ia in ina io ian ette ana ardo elle en is ora ine us ita".split())

_ARABIC = Locale(
    "ar", "AE", "+971", tuple(scripts.ARABIC_GIVEN), tuple(scripts.ARABIC_FAMILY), (), (),
    tuple("دبي أبوظبي الشارقة عجمان".split()),
)  # fmt: skip
_CHINESE = Locale(
    "zh", "CN", "+86", tuple(scripts.CHINESE_GIVEN), tuple(scripts.CHINESE_FAMILY), (), (),
    tuple("北京 上海 广州 深圳 成都".split()),
)  # fmt: skip

LOCALES = (*COMPANY_LOCALES, _ARABIC, _CHINESE)
# Most customers live where the company sells; the weights follow the order of LOCALES.
WEIGHTS = (22, 13, 9, 8, 6, 6, 5, 8, 5, 3, 3, 3, 3, 3, 3)
_BUSINESSES = tuple("Travel Tours Hotels Events Consulting Logistics Foods Design Energy".split())
_LEGAL_FORMS = {
    "GB": "Ltd", "DE": "GmbH", "FR": "SARL", "ES": "SL", "PT": "Lda", "IT": "SRL", "NL": "BV",
    "DK": "ApS", "PL": "Sp. z o.o.",
}  # fmt: skip


def _merged(names: tuple[str, ...], more: str) -> tuple[str, ...]:
    """The company's names of a locale and ours, in turns, so that both are common."""
    ours = more.split()
    longest = max(len(names), len(ours))
    mixed = [name for at in range(longest) for name in (*names[at : at + 1], *ours[at : at + 1])]
    return tuple(dict.fromkeys(name.replace("_", " ") for name in mixed))


_GIVEN = {each.code: _merged(each.given, _MORE_GIVEN.get(each.code, "")) for each in LOCALES}
_FAMILIES = {each.code: _merged(each.family, _MORE_FAMILIES.get(each.code, "")) for each in LOCALES}


def given_name(rng: Random, locale: Locale) -> str:
    if locale.code not in scripts.CODES and rng.random() < _RARE_GIVEN_SHARE:
        return _made_given(_rank(rng, _MADE_GIVEN, _RARE))
    common = _GIVEN[locale.code]
    return common[_rank(rng, len(common), _COMMON_GIVEN)]


def family_name(rng: Random, locale: Locale) -> str:
    """A common one, a made one, or (three in a hundred, Latin script) two with a hyphen."""
    name = _one_family(rng, locale)
    if locale.code not in scripts.CODES and " " not in name and rng.random() < 0.03:
        return f"{name}-{_one_family(rng, locale).split()[-1]}"
    return name


def company_name(rng: Random, locale: Locale) -> str:
    form = _LEGAL_FORMS.get(locale.country, "Ltd")
    return f"{_one_family(rng, locale)} {rng.choice(_BUSINESSES)} {form}"


def _one_family(rng: Random, locale: Locale) -> str:
    if locale.stems and rng.random() < _RARE_FAMILIES_SHARE:
        return _made_family(rng, locale)
    common = _FAMILIES[locale.code]
    return common[_rank(rng, len(common), _COMMON_FAMILIES)]


def _made_family(rng: Random, locale: Locale) -> str:
    middles = ("",) if locale.code == "ja" else _MIDDLES.get(locale.code, _LATIN_MIDDLES)
    made = len(locale.stems) * len(middles) * len(locale.endings)
    place, ending = divmod(_rank(rng, made, _RARE) * _PRIME % made, len(locale.endings))
    stem, middle = divmod(place, len(middles))
    start = locale.stems[stem].replace("_", " ")
    return start if " " in start else start + middles[middle] + locale.endings[ending]


def _made_given(at: int) -> str:
    place, start = divmod(at * _PRIME % _MADE_GIVEN, len(_GIVEN_STARTS))
    end, vowel = divmod(place, 5)
    return _GIVEN_STARTS[start] + "aeiou"[vowel] + "nlrtmd"[at % 6] + _GIVEN_ENDS[end]


def _rank(rng: Random, count: int, q: float) -> int:
    """0 to count - 1, each n with a chance of about 1 / (n + q)."""
    return min(count - 1, int(q * ((count / q + 1) ** rng.random() - 1)))
