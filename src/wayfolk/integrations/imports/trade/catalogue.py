"""The list of what a file of trade partners can fill. No Django here.

A row brings a company, one contact person and one commission term, or some of these. The order
is the layout of stored fingerprints: append only, and raise TRADE_LAYOUT otherwise.
"""

from wayfolk.integrations.imports.field import Field
from wayfolk.partners.rules import business_ids, records, terms

# Far from LAYOUT of the other kinds, which is kept in the same column.
TRADE_LAYOUT = 1_001


def _field(name: str, label: str, words: str, **more: object) -> Field:
    said = tuple(word.strip() for word in words.split(","))
    return Field("partner", name, label, part="trade", words=said, **more)  # type: ignore[arg-type]


_PLACE = {"rule": "customer.address"}
_DATE = {"shape": "date"}
_TERM = {"permission": "partners.terms"}

COMPANY_FIELDS: tuple[Field, ...] = (
    _field(
        "key",
        "key in the other system",
        "key,partner key,partner id,partner no,partner number,agency id,agency no,agency number,"
        "agent id,external id,company id,account id,id,schlussel,partnernummer,nogle,cle,"
        "identifiant",
    ),
    _field(
        "number",
        "Customer No",
        "customer no,customer number,wayfolk no,kundennummer,kundenummer,numero client",
        limit=20,
    ),
    _field(
        "name",
        "company",
        "company,company name,name,partner,partner name,agency,agency name,organisation,"
        "organization,firma,firmenname,firmanavn,virksomhed,societe,entreprise,raison sociale",
        rule="customer.name",
    ),
    _field(
        "level",
        "level",
        "level,partner level,partner type,level of partner,ebene,stufe,partnerart,niveau,"
        "type de partenaire",
        shape="choice",
        choices=records.LEVELS,
    ),
    _field(
        "parent",
        "belongs to",
        "belongs to,parent,parent company,parent key,parent id,parent partner,member of,"
        "head office,gehort zu,muttergesellschaft,zentrale,horer til,moderselskab,"
        "appartient a,maison mere,societe mere",
    ),
    _field("id_country", "business id: country", "business id country,id country,vat country",
           shape="country", limit=2),
    _field(
        "id_scheme",
        "business id: kind",
        "business id kind,business id scheme,kind of business id,id scheme,id kind,id type",
        shape="choice",
        choices=tuple(business_ids.SCHEMES),
    ),
    _field(
        "id_number",
        "business id: number",
        "business id,business id number,business number,vat,vat number,vat no,vat id,tax number,"
        "tax id,abn,cvr,ust id,ust idnr,umsatzsteuer id,momsnummer,cvr nummer,cvr nr,tva,"
        "numero de tva",
        limit=business_ids.NUMBER_MAX,
    ),
    _field("currency", "default currency", "default currency,currency,wahrung,valuta,devise",
           shape="currency", limit=3),
    _field(
        "payment_days",
        "days to pay",
        "days to pay,payment days,due days,zahlungsziel,betalingsfrist,delai de paiement",
        shape="count",
        limit=records.PAYMENT_DAYS_MAX,
    ),
    _field(
        "payment_terms",
        "payment terms",
        "payment terms,terms of payment,zahlungsbedingungen,betalingsbetingelser,"
        "conditions de paiement",
        limit=records.TEXT_LIMITS["payment_terms"],
    ),
    _field("tier", "commission tier", "commission tier,tier,provisionsstufe",
           limit=records.TEXT_LIMITS["tier"]),
    _field("status", "status", "status,partner status,state,aktiv,statut", shape="choice",
           choices=records.STATUSES),
    _field("email", "email", "email,e mail,mail,email address,company email,office email",
           shape="email", limit=254, rule="customer.email"),
    _field("phone", "phone",
           "phone,phone number,telephone,tel,phone no,company phone,telefon",
           shape="phone", limit=60, rule="customer.phone"),
    _field("lines", "address", "address,street,address 1,street address,adresse,strasse,gade,rue",
           shape="lines", limit=500, **_PLACE),
    _field("postcode", "zip code",
           "zip,zip code,postcode,postal code,plz,postleitzahl,postnummer,code postal",
           limit=20, **_PLACE),
    _field("city", "city", "city,town,ort,stadt,by,ville", limit=120, **_PLACE),
    _field("country", "country", "country,country code,land,pays", shape="country", limit=2,
           **_PLACE),
)  # fmt: skip
CONTACT_FIELDS: tuple[Field, ...] = (
    _field(
        "contact_name",
        "contact person",
        "contact,contact person,contact name,person,ansprechpartner,kontakt,kontaktperson,"
        "personne de contact",
        shape="name",
        limit=400,
        rule="customer.name",
    ),
    _field("contact_email", "contact person: email",
           "contact email,email of contact,contact person email,contact e mail,kontakt email",
           shape="email", limit=254, rule="customer.email"),
    _field("contact_phone", "contact person: phone",
           "contact phone,phone of contact,contact person phone,contact mobile,kontakt telefon",
           shape="phone", limit=60, rule="customer.phone"),
    _field("contact_role", "contact person: role",
           "contact role,role,role of contact,function,position,department,funktion,fonction",
           shape="choice", choices=records.ROLES),
)  # fmt: skip
TERM_FIELDS: tuple[Field, ...] = (
    _field(
        "term_kind",
        "commission: kind",
        "commission kind,kind of commission,commission type,provisionsart,provisionstype,"
        "type de commission",
        shape="choice",
        choices=terms.KINDS,
        **_TERM,
    ),
    _field("term_value", "commission: percentage, amount or tiers",
           "commission,commission value,commission rate,commission percent,provision,"
           "provisionssatz,provisionssats,taux de commission", **_TERM),
    _field("term_currency", "commission: currency",
           "commission currency,currency of commission,provisionswahrung,provisionsvaluta",
           shape="currency", limit=3, **_TERM),
    _field("term_product", "commission: product",
           "commission product,product,product scope,produkt,produit",
           limit=terms.TEXT_LIMITS["product"], **_TERM),
    _field("term_from", "commission: valid from",
           "commission valid from,valid from,commission from,gultig ab,gultig von,gyldig fra,"
           "valable du", **_DATE, **_TERM),
    _field("term_to", "commission: valid to",
           "commission valid to,valid to,valid until,commission to,commission until,gultig bis,"
           "gyldig til,valable jusqu au", **_DATE, **_TERM),
)  # fmt: skip
TRADE_FIELDS: tuple[Field, ...] = (*COMPANY_FIELDS, *CONTACT_FIELDS, *TERM_FIELDS)
