"""The list of customers while it is being put together: its state, in the form's own fields.

Each button of the picker posts the form with `do` = what is to happen to the list; the page
or the part comes back with the new list. Nothing is stored before Save (TP-08).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from wayfolk.identity.matching import creating
from wayfolk.identity.matching.creating import Answers, PossibleDuplicate
from wayfolk.identity.search import parsing
from wayfolk.itineraries import queries
from wayfolk.itineraries.operations.linking import LinkChoice
from wayfolk.itineraries.queries import Candidate, LinkedCustomer
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.customers import candidates
from wayfolk.web.customers.candidates import NOBODY, Panel
from wayfolk.web.itineraries import forms, takeovers
from wayfolk.web.itineraries.forms import NewCustomerForm
from wayfolk.web.search.new_customer import fields_of
from wayfolk.web.search.people import Person, person

PART, RESULTS, CANDIDATES = "picker", "picker-results", "picker-candidates"
NEW, ANYWAY, USE, FILL, CHECK = "new", "new!", "use", "fill", "check"
QUERY_MAX = 4 * parsing.LENGTH_MAX  # beyond what is searched for, so that its reader is told


@dataclass
class Row:
    """A pending customer. `key`: Customer No, or "new1", "new2"... for one to be created.

    `values`: of the new one; of a stored one what was typed and is to be updated, if `takes`.
    """

    key: str
    name: str
    candidate: Candidate | None = None
    values: dict[str, str] = field(default_factory=dict)
    is_poc: bool = False
    is_travelling: bool = True
    takes: bool = True

    @property
    def updates(self) -> list[str]:
        """What Save changes about a stored customer, in words."""
        return takeovers.in_words(self.candidate.customer, self.values) if self.candidate else []

    @property
    def packed(self) -> str:
        return forms.packed(self.values)

    @property
    def detail(self) -> str:
        """What tells people apart, in one line."""
        if self.candidate is None:
            parts = [self.values.get("email", ""), self.values.get("phone", "")]
        else:
            parts = [self.candidate.email, self.candidate.phone, self.candidate.city]
        return " · ".join(part for part in parts if part)


@dataclass
class Picker:
    """The pending list, the search beside it, and the form for a new customer."""

    by: Actor
    url: str
    new_form: NewCustomerForm
    rows: list[Row] = field(default_factory=list)
    leader: str = ""
    expected: str = ""
    seen: list[str] = field(default_factory=list)
    query: str = ""
    with_inactive: bool = False
    results: list[Person] = field(default_factory=list)
    hint: str = ""  # about the query: too long, nothing to search for
    panel: Panel = NOBODY  # who may be the new customer already
    asks: bool = False  # the panel has to be answered before anybody is added
    is_new_open: bool = False
    message: str = ""
    notice: str = ""
    saver: str = ""  # the button that must not send the list while a change to it is under way

    @property
    def keys(self) -> set[str]:
        return {row.key for row in self.rows}

    @property
    def may_create(self) -> bool:
        return self.by.may("customers.edit") and self.by.may_edit("customer.name")

    def choices(self) -> list[LinkChoice]:
        """The list as linking.save_links takes it."""
        return [
            LinkChoice(
                customer_id=row.candidate.customer.id if row.candidate else None,
                new=None if row.candidate else forms.data_of(row.values),
                changes=forms.data_of(row.values) if row.updates and row.takes else None,
                is_poc=row.is_poc,
                is_travelling=row.is_travelling,
                is_leader=row.key == self.leader,
                answers=Answers(others=forms.others_of(row.values)),
            )
            for row in self.rows
        ]

    def act(self, do: str) -> None:
        """Change the list by one button: "add:12", "use:12", "remove:12", "up:12", "new" ..."""
        verb, _, key = do.partition(":")
        if verb == "add":
            self._add(key)
        elif verb == USE:
            self._add(key, typed=self.new_form.typed())
        elif verb == "remove":
            self.rows = [row for row in self.rows if row.key != key]
        elif verb == "up":
            at = next((i for i, row in enumerate(self.rows) if row.key == key), 0)
            self.rows.insert(max(at - 1, 0), self.rows.pop(at)) if self.rows else None
        elif verb == FILL:
            self._fill()
        self.leader = self.leader if self.leader in self.keys else ""

    def search(self) -> None:
        """Fill the results for the query (TP-05); inactive customers on demand (TP-40)."""
        if self.query.strip():
            found = queries.search_candidates(
                self.query, by=self.by, with_inactive=self.with_inactive
            )
            self.results = [person(hit, self.query) for hit in found.hits]
            self.hint = found.message

    def _add(self, key: str, *, typed: dict[str, str] | None = None) -> None:
        """At the end; a second add is no error (TP-11). The first is contact (TP-14).

        `typed`: of a new customer, for whom this record is used instead.
        """
        if key in self.keys or not _is_number(key):
            return
        found = queries.list_candidates([int(key)], by=self.by).get(int(key))
        if found is None:
            self.message = "That customer no longer exists. It may have been deleted meanwhile."
            return
        values = takeovers.news_of(found.customer, typed or {}, by=self.by)
        self.rows.append(Row(key, found.customer.name, found, values, is_poc=not self.rows))
        if self.is_new_open:  # an existing record was taken instead of a new one
            self.new_form, self.is_new_open = NewCustomerForm(by=self.by), False

    def look(self) -> None:
        """Who may be the new customer already, as far as it is typed (KP-31)."""
        typed = forms.data_of(self.new_form.typed())
        self.panel = candidates.panel_of(typed, by=self.by)

    def add_new(self, sent: QueryDict) -> None:
        """The new customer to the list, unless a record looks the same (TP-27, KP-31)."""
        self.is_new_open = True
        values = self.new_form.entered()
        if values is None:
            self.look()
            return
        answers = candidates.answers_of(sent, anyway=sent["do"] == ANYWAY)
        asked = creating.find_asked(forms.data_of(values), by=self.by, answers=answers)
        if asked:
            self.panel, self.asks = candidates.panel_for(asked, by=self.by), True
            return
        number = 1 + max((int(k[3:]) for k in self.keys if k.startswith(NEW)), default=0)
        values |= forms.with_others(answers.others or frozenset())
        row = Row(f"{NEW}{number}", _name(values), None, values, is_poc=not self.rows)
        self.rows.append(row)
        self.new_form, self.is_new_open = NewCustomerForm(by=self.by), False

    def ask(self, refused: PossibleDuplicate) -> None:
        """Somebody who looks like a new customer came in meanwhile: back into the form."""
        row = next(row for row in self.rows if forms.data_of(row.values) == refused.data)
        self.rows.remove(row)
        self.new_form = NewCustomerForm(forms.posted(row.values), by=self.by)
        self.panel, self.asks = candidates.panel_for(refused.candidates, by=self.by), True
        self.is_new_open, self.message = True, refused.message

    def _fill(self) -> None:
        """The form for a new customer with what was searched for."""
        data = QueryDict(mutable=True)
        data.update({f"new-{name}": value for name, value in fields_of(self.query).items()})
        self.new_form, self.is_new_open = NewCustomerForm(data, by=self.by), True
        self.query = ""
        self.look()


def empty(url: str, *, by: Actor) -> Picker:
    return Picker(by, url, NewCustomerForm(by=by))


def of_links(links: Sequence[LinkedCustomer], url: str, *, by: Actor) -> Picker:
    """The stored list, as the dialog opens (TP-09)."""
    picker = empty(url, by=by)
    picker.rows = [_row_of(linked) for linked in links]
    picker.seen = [row.key for row in picker.rows]
    picker.expected = queries.fingerprint(links)
    picker.leader = next((str(x.customer.number) for x in links if x.link.is_leader), "")
    return picker


def of_request(request: HttpRequest, url: str, *, by: Actor) -> Picker:
    """The list as the form carries it, after the button that was pressed."""
    post = request.POST
    picker = Picker(by, url, NewCustomerForm(post, by=by))
    picker.rows = _posted_rows(post, by)
    picker.leader = post.get("leader", "") if post.get("leader", "") in picker.keys else ""
    picker.expected, picker.seen = post.get("expected", ""), post.getlist("seen")
    picker.query = post.get("q", "").replace("\x00", "")[:QUERY_MAX]
    picker.with_inactive = "with_inactive" in post
    picker.is_new_open = picker.new_form.is_filled()
    lost = len(post.getlist("row")) - len(picker.rows)
    if lost > 0:
        picker.notice = "A customer on your list no longer exists and was taken off it."
    if post.get("do"):
        if post["do"] in (NEW, ANYWAY):
            picker.add_new(post)
        elif post["do"] == CHECK:
            picker.look()
        picker.act(post["do"])
        picker.search()
    return picker


def merge_meanwhile(picker: Picker, links: Sequence[LinkedCustomer]) -> None:
    """Somebody else changed the stored list: take that over into the pending one, and say so."""
    stored = {str(linked.customer.number): linked for linked in links}
    added = [key for key in stored if key not in {*picker.seen, *picker.keys}]
    removed = [row for row in picker.rows if row.key in picker.seen and row.key not in stored]
    picker.rows = [row for row in picker.rows if row not in removed]
    picker.rows += [_row_of(stored[key]) for key in added]
    picker.seen, picker.expected = list(stored), queries.fingerprint(links)
    told = [f"added {stored[key].customer.name}" for key in added]
    told += [f"took off {row.name}" for row in removed]
    what = " and ".join(told) or "changed points of contact, trip leader or order"
    picker.message = (
        f"Somebody else {what} meanwhile."
        " The list below has their change and yours. Check it, then save again."
    )


def part_of(request: HttpRequest) -> str:
    """Which part of the picker the browser wants, or "" for all around it."""
    target = htmx.target(request)
    return target if target in (PART, RESULTS, CANDIDATES) else ""


def show_part(request: HttpRequest, pending: Picker, part: str) -> HttpResponse:
    """The part of the picker; 204 where the candidates shown are those already."""
    if part == CANDIDATES and candidates.is_shown(pending.panel, request.POST):
        return HttpResponse(status=204)
    return render(request, f"itineraries/{part}.html", {"picker": pending})


def _row_of(linked: LinkedCustomer) -> Row:
    found = Candidate(linked.customer, linked.email, linked.phone, linked.city, linked.past_trips)
    key = str(linked.customer.number)
    return Row(
        key,
        linked.customer.name,
        found,
        is_poc=linked.link.is_poc,
        is_travelling=linked.link.is_travelling,
    )


def _posted_rows(post: QueryDict, by: Actor) -> list[Row]:
    keys = list(dict.fromkeys(post.getlist("row")))
    numbers = [int(key) for key in keys if _is_number(key)]
    found = queries.list_candidates(numbers, by=by)
    contacts, travellers = set(post.getlist("poc")), set(post.getlist("travelling"))
    taken = set(post.getlist("take"))
    rows: list[Row] = []
    for key in keys:
        candidate = found.get(int(key)) if _is_number(key) else None
        values = forms.unpacked(post.get(f"data-{key}", ""))
        if candidate is not None:
            values = takeovers.news_of(candidate.customer, values, by=by)
        elif not _is_new(key):
            values = {}
        if candidate is None and not values:
            continue
        name = candidate.customer.name if candidate else _name(values)
        ticked = (key in each for each in (contacts, travellers, taken))
        rows.append(Row(key, name, candidate, values, *ticked))
    return rows


def _name(values: dict[str, str]) -> str:
    return " ".join(values[n] for n in ("given_name", "family_name") if n in values)


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdecimal() and len(key) <= 15


def _is_new(key: str) -> bool:
    return key.startswith(NEW) and _is_number(key.removeprefix(NEW))
