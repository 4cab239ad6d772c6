"""The written cast: who they are, before anything is linked or booked."""

from dataclasses import dataclass

from wayfolk.customers.rules import CustomerData


@dataclass(frozen=True)
class Person:
    """A member of the cast; `key` is how the stories name them."""

    key: str
    given_name: str
    family_name: str = ""
    email: str = ""
    phone: str = ""
    city: str = ""
    country: str = ""
    company: str = ""
    notes: str = ""
    nationality: str = ""
    second_email: str = ""
    second_phone: str = ""
    is_special: bool = False

    def data(self) -> CustomerData:
        """What the customers' own operation takes."""
        fields = {
            "kind": "company" if self.company else "person",
            "given_name": self.given_name,
            "family_name": self.family_name,
            "company_name": self.company,
            "notes": self.notes,
            "nationality": self.nationality,
            "is_special_guest": self.is_special,
        }
        contacts = {
            ("primary", "email"): self.email,
            ("primary", "mobile"): self.phone,
            ("secondary", "email"): self.second_email,
            ("secondary", "phone"): self.second_phone,
        }
        addresses = {("primary", "city"): self.city, ("primary", "country"): self.country}
        return CustomerData(
            {k: v for k, v in fields.items() if v},
            {k: v for k, v in contacts.items() if v},
            {k: v for k, v in addresses.items() if v},
        )


FAMILY = (
    Person(
        "karin",
        "Karin",
        "Lindqvist",
        "karin@lindqvist-demo.se",
        "+46 70 174 06 12",
        "Uppsala",
        "SE",
        notes="Books for the whole family. Elsa and Nils are her children with Jonas.",
        nationality="SE",
        second_email="karin.lindqvist@work-demo.se",
        is_special=True,
    ),
    Person(
        "jonas",
        "Jonas",
        "Lindqvist",
        "jonas@lindqvist-demo.se",
        "+46 70 174 06 13",
        "Uppsala",
        "SE",
        nationality="SE",
    ),
    Person(
        "elsa",
        "Elsa",
        "Lindqvist",
        city="Uppsala",
        country="SE",
        nationality="SE",
        notes="Allergic to nuts. Nine years old.",
    ),
    Person("nils", "Nils", "Lindqvist", city="Uppsala", country="SE", nationality="SE"),
)
COUPLE = (
    Person(
        "tom",
        "Tom",
        "Okafor",
        "okafor.home@demo-mail.example",
        "+44 7700 900118",
        "Leeds",
        "GB",
        notes="Shares the email address with Grace.",
    ),
    Person(
        "grace",
        "Grace",
        "Okafor",
        "okafor.home@demo-mail.example",
        "+44 7700 900119",
        "Leeds",
        "GB",
    ),
)
GROUP = (
    Person(
        "moreau",
        "Amélie",
        "Moreau",
        "amelie.moreau@demo-mail.example",
        "+33 6 39 98 02 11",
        "Lyon",
        "FR",
        notes="Leads the hiking club.",
    ),
    Person(
        "papadopoulou",
        "Ελένη",
        "Παπαδοπούλου",
        "eleni.p@demo-mail.example",
        "+30 690 000 0101",
        "Θεσσαλονίκη",
        "GR",
    ),
    Person("kuznetsova", "Ольга", "Кузнецова", "olga.k@demo-mail.example", "", "Рига", "LV"),
    Person(
        "tanaka", "健太", "田中", "kenta.tanaka@demo-mail.example", "+81 90 0000 0102", "大阪", "JP"
    ),
    Person(
        "haddad", "ليلى", "حداد", "leila.haddad@demo-mail.example", "+961 70 000 103", "بيروت", "LB"
    ),
    Person(
        "obrien",
        "Siobhán",
        "O'Brien",
        "siobhan@demo-mail.example",
        "+353 85 000 0104",
        "Cork",
        "IE",
    ),
    Person("nguyen", "Thu Hà", "Nguyễn", "thuha.nguyen@demo-mail.example", "", "Huế", "VN"),
    Person(
        "yilmaz", "İpek", "Yılmaz", "ipek@demo-mail.example", "+90 530 000 01 05", "İzmir", "TR"
    ),
    Person(
        "dasilva",
        "João Pedro Maria",
        "da Silva e Albuquerque de Vasconcelos",
        "jp@demo-mail.example",
        "+351 910 000 106",
        "Évora",
        "PT",
    ),
    Person("lee", "Li", "Lee", "", "+65 8000 0107", "Singapore", "SG"),
)
SPA = (
    Person(
        "helena",
        "Helena",
        "Fonseca",
        "helena.fonseca@demo-mail.example",
        "+351 910 000 108",
        "Coimbra",
        "PT",
        notes="Travels with Duarte; usually books the spa herself.",
    ),
    Person(
        "duarte",
        "Duarte",
        "Fonseca",
        "duarte.fonseca@demo-mail.example",
        "+351 910 000 109",
        "Coimbra",
        "PT",
    ),
)
OTHERS = (
    Person("agency", "", "", "desk@nordic-horizons-demo.dk", "+45 31 00 01 10", "København", "DK",
           company="Nordic Horizons Travel", notes="Agency. Books for its clients, pays monthly."),
    Person("inactive", "Rolf", "Aagaard", "rolf.aagaard@demo-mail.example", "", "Ålesund", "NO",
           notes="Asked not to be contacted for new trips."),
)  # fmt: skip
TRADE = (
    Person("consortium", "", "", "office@northern-alliance-demo.se", "+46 8 5550 0111",
           "Stockholm", "SE", company="Northern Travel Alliance"),
    Person("fjord", "", "", "post@fjord-demo.no", "+47 55 50 01 12", "Bergen", "NO",
           company="Fjord & Fell"),
    Person("desk", "", "", "aarhus@nordic-horizons-demo.dk", "+45 31 00 01 13", "Aarhus", "DK",
           company="Nordic Horizons, desk Aarhus"),
    Person("piet", "Piet", "de Vries", "piet@demo-mail.example", "+31 6 0000 0114", "Groningen",
           "NL", notes="Sells from home for Fjord & Fell."),
    Person("mette", "Mette", "Dahl", "mette.dahl@demo-mail.example", "+45 31 00 01 15",
           "København", "DK", notes="Speaks for two agencies, and travels with us herself."),
)  # fmt: skip
EVERYONE = (*FAMILY, *COUPLE, *GROUP, *SPA, *OTHERS, *TRADE)
