"""What was said with customers, sends to many, and by which servers messages leave."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.fields import (
    Body,
    CustomerReference,
    Filters,
    Instant,
    Number,
    Paged,
    Text,
    Version,
)

Channel = Literal["email", "sms", "call", "note", "form", "letter"]
SentChannel = Literal["email", "sms"]
NotedChannel = Literal["call", "note", "form", "letter"]
Direction = Literal["in", "out", "within"]
State = Literal["noted", "queued", "sending", "sent", "failed", "unknown", "cancelled"]
BulkState = Literal["draft", "queued", "running", "stopped", "finished"]


class CommunicationFilters(Filters):
    channel: Channel | None = None


class Communication(BaseModel):
    """One thing said. `address` is absent where the role may not see such addresses."""

    id: UUID
    version: int
    channel: Channel
    direction: Direction
    at: Instant
    author: str | None = Field(description="Who wrote or noted it; null for Wayfolk itself.")
    subject: str
    body: str
    address: str = ""
    minutes: int | None = Field(description="Of a call.")
    is_advertising: bool
    about: UUID | None = Field(description="The record that it is about.")
    state: State = Field(description="unknown: it may have been sent, and is not sent again.")
    error: str = Field(description="The words of the server that refused it.")
    sent_at: Instant | None


class CommunicationList(Paged):
    items: list[Communication]


class NewMessage(Body):
    """An email or SMS to one of the customer's addresses."""

    channel: SentChannel
    address: str
    subject: Text
    body: str
    is_advertising: bool = False
    about: UUID | None = Field(default=None, strict=False)


class NewNote(Body):
    """A call, a letter, a form, or a note among ourselves."""

    channel: NotedChannel
    direction: Direction | None = Field(default=None, description="Absent: the usual one.")
    at: Instant | None = Field(default=None, description="Absent: just now.")
    subject: Text
    body: Text
    minutes: int | None = None


class NoteChanges(Body):
    """The fields to change."""

    version: Version | None = None
    direction: Direction | None = None
    at: Instant | None = None
    subject: Text
    body: Text
    minutes: int | None = None


class NewBulkSend(Body):
    """One text to the customers named; nothing is sent before it is started."""

    channel: SentChannel
    subject: Text
    body: str = Field(description="With placeholders such as {first_name}.")
    is_advertising: bool = True
    customers: list[Number] = Field(min_length=1, max_length=20_000)


class LeftOut(BaseModel):
    reason: str
    words: str
    count: int


class BulkSend(BaseModel):
    id: UUID
    channel: SentChannel
    subject: str
    body: str
    is_advertising: bool
    state: BulkState
    author: str
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    failure: str = Field(description="Why it does not go on just now.")
    chosen_count: int


class BulkSendRecord(BulkSend):
    """With what came of it. Who waits of a draft is who would get it."""

    waiting_count: int
    sent_count: int
    refused_count: int
    under_way_count: int
    unknown_count: int = Field(description="May have been sent; not sent again.")
    left_out: list[LeftOut]


class BulkSendList(Paged):
    items: list[BulkSend]


class BulkRecipient(BaseModel):
    customer: CustomerReference
    address: str = ""
    outcome: Literal["waiting", "left_out", "taken", "sent", "refused", "unknown"]
    why: str


class BulkRecipientList(Paged):
    items: list[BulkRecipient]


class MailSettings(BaseModel):
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    from_name: str
    from_address: str
    reply_to: str
    link_base: str = Field(description="Address of Wayfolk as customers reach it.")


class StoredMailSettings(MailSettings):
    has_password: bool = Field(description="Whether one is kept for just this server and user.")


class NewMailSettings(Body, MailSettings):
    user: str = ""
    from_name: str = ""
    reply_to: str = ""
    link_base: str = ""
    password: str | None = Field(default=None, description="Written only. Absent: as it is.")


class StoredGateway(BaseModel):
    url: str
    sender: str
    has_token: bool = Field(description="Whether one is kept for just this address.")


class NewGateway(Body):
    url: str
    sender: str = ""
    token: str | None = Field(default=None, description="Written only. Absent: as it is.")


class MessagingSettings(BaseModel):
    """Null: not set up."""

    mail: StoredMailSettings | None
    sms: StoredGateway | None
