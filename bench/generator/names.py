"""Names of thirteen locales, with the letters people really write them in."""

from dataclasses import dataclass
from random import Random
from typing import TypeVar

Item = TypeVar("Item")

# How strongly the common names crowd out the rare ones: 1 is even, 3 is like a phone book.
_SKEW = 2.6


@dataclass(frozen=True, slots=True)
class Locale:
    """First names, and last names as whole words or made of a beginning and an ending."""

    code: str
    country: str
    phone_prefix: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    stems: tuple[str, ...]
    endings: tuple[str, ...]
    cities: tuple[str, ...]


def _locale(code: str, country: str, phone_prefix: str, *lists: str) -> Locale:
    given, family, stems, endings, cities = (tuple(text.split()) for text in lists)
    return Locale(code, country, phone_prefix, given, family, stems, endings, cities)


LOCALES = (
    _locale(
        "en", "GB", "+44",
        "James Mary John Patricia Robert Jennifer Michael Linda William Elizabeth David Susan"
        " Richard Jessica Joseph Sarah Thomas Karen Charles Nancy Bob Joe Kate Oliver Amelia"
        " George Isla Harry Ava Jack Siobhan Zoë Chloë Niamh",
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson"
        " Evans Walker White Roberts Green Hall Wood O'Brien O'Neill MacDonald Lee Li",
        "Black Harding Ash Whit Brad Hart Kings Well Thorn Lang Mil Stan Win Ells Nor",
        "ford ley ton worth field by wood stone man well bridge more",
        "London Leeds Bristol York Bath Dublin",
    ),
    _locale(
        "de", "DE", "+49",
        "Peter Ursula Wolfgang Sabine Jürgen Käthe Günther Jörg Björn Anja Monika Klaus Heike"
        " Stefan Birgit Uwe Lena Lukas Mia Jonas Sören Änne",
        "Müller Mueller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann"
        " Schäfer Köhler Groß Weiß Krüger Böhm",
        "Stein Berg Wald Ober Nieder Gold Rosen Eichen Brück Königs Hohen Linden",
        "mann bauer hauser berger meier stätter feld bach brecht thal",
        "Berlin München Köln Görlitz Hamburg Lübeck",
    ),
    _locale(
        "fr", "FR", "+33",
        "Jean Marie Pierre Michèle André Hélène François Françoise René Chloé Léa Théo Zoé"
        " Benoît Anaïs Jérôme Noémie Loïc Camille Luc",
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Lefèvre Garçon"
        " Béranger Maître Français",
        "Beau Mont Char Gran Bel Cour Du Fon La Ri Ver Ma",
        "champ ville pentier din taine voisier rivière chette nier leau",
        "Paris Lyon Nîmes Besançon Orléans Angoulême",
    ),
    _locale(
        "es", "ES", "+34",
        "José María Antonio Carmen Jesús Ángel Núria Íñigo Begoña Lucía Martín Sofía Raúl"
        " Andrés Inés Joaquín Montse Pablo",
        "García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Ibáñez Núñez"
        " Muñoz Peña",
        "Al Cas Mor Bel Cam Ve Ro Sala Mon Cor",
        "dana tillo eno monte pos ga mero zar talvo doba",
        "Madrid Sevilla Málaga Coruña Cádiz León",
    ),
    _locale(
        "pt", "PT", "+351",
        "João Maria António Ana José Inês Luís Conceição Tomás Beatriz Gonçalo Mariana Simão"
        " Leonor Nuno Sofia",
        "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Sousa Fernandes"
        " Gonçalves Conceição Simões Araújo",
        "Car Mon Fer Pin Al Ma Ca Vas Ro Bar",
        "valho teiro nandes heiro meida galhães bral concelos cha bosa",
        "Lisboa Porto Évora Faro Guimarães Setúbal",
    ),
    _locale(
        "it", "IT", "+39",
        "Giuseppe Maria Giovanni Anna Francesco Chiara Niccolò Annamaria Luca Giulia Matteo"
        " Sofia Paolo Elena Nicolò",
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco D'Angelo"
        " Dell'Acqua Nicolì",
        "Mar Bel Ros Mon Gal Fer San Cap Val Pel",
        "chetti lini sini tanari lini rari toro puccini secchi legrini",
        "Roma Milano Napoli Forlì Cantù Torino",
    ),
    _locale(
        "nl", "NL", "+31",
        "Jan Maria Piet Anneke Willem Saskia Daniël Zoë Sjoerd Femke Kees Lotte Bram Noor",
        "Jansen Visser Bakker Smit Meijer Mulder Bos Peters Dekker Brouwer",
        "Van_der_Berg Van_den_Heuvel De_Groot De_Vries Hoog Kuip Rietv Noord Ooster Water",
        "en er eld huis man stra veen dijk",
        "Amsterdam Utrecht Delft Leiden Groningen",
    ),
    _locale(
        "da", "DK", "+45",
        "Søren Kirsten Jørgen Åse Bjørn Mette Lærke Anders Ida Mads Sørine Håkon Nils Frøya"
        " Måns Göran Åsa Øyvind",
        "Nielsen Jensen Hansen Pedersen Andersen Christensen Larsen Sørensen Jørgensen Møller"
        " Åberg Öberg Bjørnstad Ødegård",
        "Kjær Sønder Nør Vester Øster Lund Skov Bjerg Ager Høj",
        "gaard holm bæk by strøm lund sted vik toft skov",
        "København Århus Ålborg Malmö Tromsø Bergen",
    ),
    _locale(
        "pl", "PL", "+48",
        "Jan Anna Stanisław Małgorzata Łukasz Agnieszka Paweł Zofia Michał Żaneta Wojciech"
        " Świętosława Kasia",
        "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański"
        " Woźniak",
        "Brzo Jabło Grab Dąb Kali Sosn Wierz Wró Malin Zaw",
        "wski zowski ński cki bicki owicz czyk lewski adzki",
        "Warszawa Kraków Łódź Gdańsk Poznań",
    ),
    _locale(
        "tr", "TR", "+90",
        "Mehmet Fatma Mustafa Ayşe Ahmet Emine İbrahim Işıl Çağrı Gülşen Öykü Ümit İrem Yiğit",
        "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Işık İnce",
        "Kara Ak Öz Taş Gül Er Bay Sarı Koç Tek",
        "oğlu soy kaya demir türk taş er han can gün",
        "İstanbul Ankara İzmir Iğdır Eskişehir",
    ),
    _locale(
        "el", "GR", "+30",
        "Γιώργος Μαρία Δημήτρης Ελένη Κώστας Αικατερίνη Νίκος Βασιλική Γιάννης Σοφία",
        "Παπαδόπουλος Παππάς Καραγιάννης Βλάχος Ιωαννίδης Οικονόμου Παπαγεωργίου Αθανασίου",
        "Παπα Καρα Χατζη Γιαννα Δημη Κωστα Νικο Αλεξ",
        "δάκης όπουλος ίδης ιάδης κόπουλος πούλου έας",
        "Αθήνα Θεσσαλονίκη Πάτρα Ηράκλειο",
    ),
    _locale(
        "ru", "RU", "+7",
        "Александр Елена Сергей Ольга Дмитрий Наталья Алексей Ирина Андрей Светлана Фёдор"
        " Мария",
        "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Щербаков",
        "Бело Черно Красно Ново Старо Верх Дол Зай",
        "усов городцев горский жилов дубцев глазов цев",
        "Москва Казань Пермь Орёл",
    ),
    _locale(
        "ja", "JP", "+81",
        "翔太 花子 太郎 美咲 健 さくら 陽菜 大輔 直樹 優子 サトシ ユミ",
        "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤",
        "山 川 田 石 木 森 林 高 松 村",
        "本 田 川 村 野 口 島 原 崎 井",
        "東京 大阪 京都 札幌 福岡",
    ),
)  # fmt: skip

# Most customers live where the company sells; the weights follow the order of LOCALES.
WEIGHTS = (24, 14, 10, 9, 7, 7, 6, 9, 5, 3, 2, 2, 2)

_STREETS = {
    "DE": "{} Straße {}", "FR": "{1} rue {0}", "ES": "Calle {} {}", "PT": "Rua {} {}",
    "IT": "Via {} {}", "NL": "{}straat {}", "DK": "{}vej {}", "PL": "ul. {} {}",
    "TR": "{} Sokak {}", "GR": "Οδός {} {}", "RU": "ул. {} {}", "JP": "{}町 {}",
}  # fmt: skip
_COMPANY_ENDINGS = {"GB": "Travel Ltd", "DE": "Reisen GmbH", "FR": "Voyages SARL"}


def skewed(rng: Random, pool: tuple[Item, ...]) -> Item:
    """One of the pool, the first ones far more often."""
    return pool[int(len(pool) * rng.random() ** _SKEW)]


def given_name(rng: Random, locale: Locale) -> str:
    return skewed(rng, locale.given)


def family_name(rng: Random, locale: Locale) -> str:
    """A common name for six in ten; else one made of parts, double for a few."""
    kind = rng.random()
    if kind < 0.6:
        return skewed(rng, locale.family)
    made = skewed(rng, locale.stems).replace("_", " ")
    if " " not in made:
        made += skewed(rng, locale.endings)
    return f"{made}-{skewed(rng, locale.family)}" if kind > 0.97 else made


def company_name(rng: Random, locale: Locale) -> str:
    ending = _COMPANY_ENDINGS.get(locale.country, "Travel")
    return f"{family_name(rng, locale)} {ending}"


def street(rng: Random, locale: Locale) -> str:
    pattern = _STREETS.get(locale.country, "{1} {0} Street")
    return pattern.format(skewed(rng, locale.family), rng.randint(1, 180))
