"""The list of what a file can fill: customers, stays and bookings. No Django here.

Trade partners, whose files hold nothing else, have a list of their own: trade.catalogue.

The order is the layout of stored fingerprints: append only, and raise LAYOUT otherwise.
"""

from wayfolk.integrations.imports.field import Field

LAYOUT = 4


def _words(text: str) -> tuple[str, ...]:
    return tuple(cleaned for word in text.split(",") if (cleaned := word.strip()))


def _customer(name: str, label: str, words: str = "", **more: object) -> Field:
    return Field("customer", name, label, words=_words(words), **more)  # type: ignore[arg-type]


def _stay(name: str, label: str, words: str = "", **more: object) -> Field:
    return Field("stay", name, label, words=_words(words), **more)  # type: ignore[arg-type]


def _booking(name: str, label: str, words: str = "", **more: object) -> Field:
    return Field("booking", name, label, words=_words(words), **more)  # type: ignore[arg-type]


_PHONE = {"shape": "phone", "limit": 60, "part": "contact", "rule": "customer.phone"}
_EMAIL = {"shape": "email", "limit": 254, "part": "contact", "rule": "customer.email"}
_NAME = {"rule": "customer.name"}
_PLACE = {"part": "address", "rule": "customer.address"}
_COUNT = {"shape": "count", "limit": 999}
_DATE = {"shape": "date"}
_HOUSEHOLD = {"part": "household", "permission": "households.edit"}

FIELDS: tuple[Field, ...] = (
    _customer(
        "external_id",
        "id in the other system",
        "customer id,guest id,client id,external id,contact id,account id",
        part="external",
    ),
    _customer(
        "full_name",
        "full name",
        "name,full name,guest name,customer name,guest,client,traveller,contact",
        shape="name",
        part="composed",
        limit=400,
        **_NAME,
    ),
    _customer("title", "title", "title,salutation,prefix", limit=40, **_NAME),
    _customer(
        "given_name",
        "first name",
        "first name,firstname,given name,forename,vorname,prenom,nombre",
        **_NAME,
    ),
    _customer("middle_name", "middle name", "middle name,middlename,second name", **_NAME),
    _customer(
        "family_name",
        "last name",
        "last name,lastname,surname,family name,nachname,nom,apellido",
        **_NAME,
    ),
    _customer(
        "company_name", "company", "company,company name,organisation,organization,firma", **_NAME
    ),
    _customer(
        "birth_on",
        "date of birth",
        "date of birth,birth date,birthdate,birthday,dob,born",
        rule="customer.birth_on",
        **_DATE,
    ),
    _customer(
        "gender", "gender", "gender,sex", shape="choice", choices=("female", "male", "other")
    ),
    _customer("language", "language", "language,lang", limit=12),
    _customer(
        "nationality",
        "nationality",
        "nationality,country of origin,citizenship",
        shape="country",
        limit=2,
    ),
    _customer(
        "notes",
        "notes",
        "notes,note,remarks,comments,comment",
        shape="lines",
        limit=20_000,
        rule="customer.notes",
    ),
    _customer("primary_email", "email", "email,e mail,mail,email address,primary email", **_EMAIL),
    _customer("primary_phone", "phone", "phone,phone number,telephone,tel,phone no", **_PHONE),
    _customer(
        "primary_mobile", "mobile", "mobile,mobile phone,cell,cell phone,cellphone", **_PHONE
    ),
    _customer(
        "primary_evening_phone", "evening phone", "evening phone,home phone,private phone", **_PHONE
    ),
    _customer("primary_fax", "fax", "fax", **_PHONE),
    _customer(
        "secondary_email",
        "secondary email",
        "secondary email,email 2,second email,other email",
        **_EMAIL,
    ),
    _customer(
        "secondary_phone",
        "secondary phone",
        "secondary phone,phone 2,second phone,other phone",
        **_PHONE,
    ),
    _customer(
        "lines",
        "address",
        "address,street,address 1,street address,adresse",
        shape="lines",
        limit=500,
        **_PLACE,
    ),
    _customer("postcode", "zip code", "zip,zip code,postcode,postal code,plz", limit=20, **_PLACE),
    _customer("city", "city", "city,town,ort", limit=120, **_PLACE),
    _customer(
        "country", "country", "country,country code,land", shape="country", limit=2, **_PLACE
    ),
    _stay(
        "reservation_number",
        "reservation ID",
        "reservation id,reservation number,reservation no,reservation,confirmation number,"
        "confirmation,row id,res id",
        limit=60,
        is_required=True,
    ),
    _stay(
        "hotel",
        "hotel",
        "hotel,property,hotel name,property name,resort",
        part="property",
        is_required=True,
    ),
    _stay(
        "arrival_on",
        "arrival",
        "arrival,arrival date,check in,checkin,check in date,arrives,from",
        is_required=True,
        **_DATE,
    ),
    _stay(
        "departure_on",
        "departure",
        "departure,departure date,check out,checkout,check out date,departs,to",
        is_required=True,
        **_DATE,
    ),
    _stay(
        "status",
        "status",
        "reservation status,stay status,status",
        shape="choice",
        choices=("expected", "in_house", "departed", "no_show", "cancelled"),
    ),
    _stay("room_type", "room type", "room type,reserved room type,room category", limit=60),
    _stay("room", "room", "room,room number,room no", limit=40),
    _stay("meal_plan", "meal plan", "meal,meal plan,board,board basis", limit=40),
    _stay("adults", "adults", "adults", **_COUNT),
    _stay("children", "children", "children,kids", **_COUNT),
    _stay("infants", "infants", "infants,babies", **_COUNT),
    _stay("source", "source", "market segment,channel,segment", limit=80),
    _stay("notes", "notes", "stay notes,special requests,requests", shape="lines", limit=20_000),
    _booking(
        "reference",
        "reference",
        "booking reference,booking id,booking number,booking no,reference,order id,order number",
        limit=120,
        is_required=True,
    ),
    _booking(
        "product", "product", "product,product name,tour,package,service,item", is_required=True
    ),
    _booking(
        "booked_on",
        "booking date",
        "booking date,booked on,booked,order date,created",
        is_required=True,
        **_DATE,
    ),
    _booking(
        "departs_on", "departure date", "travel date,start date,tour date,trip start", **_DATE
    ),
    _booking("returns_on", "return date", "return date,return,end date,trip end", **_DATE),
    _booking(
        "status",
        "status",
        "booking status,order status",
        shape="choice",
        choices=("confirmed", "waitlisted", "place_found", "cancelled"),
    ),
    _booking("currency", "currency", "currency,currency code", shape="currency", limit=3),
    _booking(
        "total",
        "price",
        "price,total,amount,total price,turnover,revenue",
        shape="amount",
        rule="booking.total",
    ),
    _booking("cost", "cost", "cost,costs,net price", shape="amount", rule="booking.cost"),
    _booking("exchange_rate", "exchange rate", "exchange rate,rate of exchange", shape="rate"),
    _booking(
        "source",
        "source",
        "booking source,distribution channel,source",
        shape="choice",
        choices=("web", "phone", "email", "trade"),
        limit=10,
    ),
    _booking("agency", "agency", "agency,agent,travel agency,agency id", limit=120),
    _booking("transport", "transport", "transport,flight", limit=80),
    _booking("resort", "resort", "destination,resort name", limit=120),
    _booking("hotel", "hotel", "booking hotel,accommodation", limit=120),
    _booking("adults", "adults", "pax adults,booking adults", **_COUNT),
    _booking("children", "children", "pax children,booking children", **_COUNT),
    _booking("infants", "infants", "pax infants,booking infants", **_COUNT),
    _booking("contact_phone", "phone", "booking phone,contact phone", shape="phone", limit=60),
    _booking("notes", "notes", "booking notes", shape="lines", limit=20_000),
    _customer(
        "household_key",
        "household key",
        "household key,household id,household number,household no,household,family id,family key,"
        "haushalt id,haushaltsnummer,haushalt,husstand id,husstand,id foyer,foyer",
        **_HOUSEHOLD,
    ),
    _customer(
        "household_name",
        "household name",
        "household name,name of household,family,haushaltsname,husstandsnavn,nom du foyer",
        **_HOUSEHOLD,
    ),
    _customer(
        "household_role",
        "role in household",
        "role in household,household role,family role,rolle im haushalt,rolle i husstand,"
        "role dans le foyer",
        shape="choice",
        choices=("head", "partner", "child", "parent", "relative", "adult"),
        **_HOUSEHOLD,
    ),
    _customer(
        "household_from",
        "lived there from",
        "lived there from,lives there from,household from,moved in,move in date,eingezogen am,"
        "eingezogen,indflyttet,emmenagement",
        **_DATE,
        **_HOUSEHOLD,
    ),
    _customer(
        "household_to",
        "lived there to",
        "lived there to,lived there until,household to,household until,moved out,move out date,"
        "ausgezogen am,ausgezogen,fraflyttet,demenagement",
        **_DATE,
        **_HOUSEHOLD,
    ),
    _customer(
        "household_address",
        "use household address",
        "use household address,uses household address,household address,shares address",
        shape="choice",
        choices=("yes", "no"),
        **_HOUSEHOLD,
    ),
    _customer(
        "takes_newsletter",
        "newsletter",
        "newsletter,takes newsletter,newsletter consent,marketing consent,mailing list",
        shape="flag",
        choices=("yes", "no"),
    ),
    # Its words are not guessed from: most organisations have one brand, and columns so named.
    _booking("brand", "brand", shape="brand", limit=80, part="brand"),
)
