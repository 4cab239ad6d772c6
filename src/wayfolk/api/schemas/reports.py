"""The two reports: what bookings came to, and who travelled."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from wayfolk.api.schemas.fields import Day

BookingGroup = Literal["month", "product", "hotel", "transport", "brand", "user", "partner"]
PassengerGroup = Literal["month", "product", "age", "gender", "country", "language"]
Key = Annotated[str, Field(description="What the line is of; “” for those that have none.")]


class BookingReportAsked(BaseModel):
    first: Day
    last: Day = Field(description="Included.")
    of: Literal["booked", "departs"] = "departs"
    by: BookingGroup = "month"


class BookingFigures(BaseModel):
    """Pax and amounts are of confirmed bookings; amounts in minor units of the currency."""

    confirmed: int
    waitlisted: int
    cancelled: int
    pax: int
    infants: int
    without_cost: int = Field(description="Confirmed bookings whose cost nobody knows.")
    turnover_minor: int | None = Field(default=None, description="Absent if you may not see it.")
    cost_minor: int | None = None
    profit_minor: int | None = None


class BookingLine(BookingFigures):
    key: Key
    name: str


class BookingReport(BaseModel):
    currency: str = Field(description="The organisation's, by the rate of each booking.")
    lines: list[BookingLine]
    total: BookingFigures


class PassengerReportAsked(BaseModel):
    first: Day = Field(description="Of departure.")
    last: Day = Field(description="Included.")
    by: PassengerGroup = "month"


class PassengerFigures(BaseModel):
    journeys: int
    people: int = Field(description="Each once, however often they went.")
    firsts: int = Field(description="Journeys that are the first of whoever makes them.")


class PassengerLine(PassengerFigures):
    key: Key
    name: str


class PassengerReport(BaseModel):
    lines: list[PassengerLine]
    total: PassengerFigures
    unnamed: int = Field(description="Places sold for which nobody is named.")
