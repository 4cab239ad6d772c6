"""ETag, If-None-Match, If-Match: no update is lost."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from tests.api.conftest import Api, client_of, restrict
from tests.world import Cast

New = Callable[..., int]


def test_an_answer_at_hand_is_not_sent_again(api: Api, new_customer: New) -> None:
    address = f"/customers/{new_customer('Maria')}"
    etag = api.get(address).headers["ETag"]

    unchanged = api.get(address, If_None_Match=f'"other", {etag}')
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["ETag"] == etag

    api.patch(address, {"primary_email": "maria@example.com"})
    changed = api.get(address, If_None_Match=etag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


def test_the_version_that_was_edited_is_compared(api: Api, new_customer: New) -> None:
    address = f"/customers/{new_customer('Maria')}"
    read = api.get(address)
    api.patch(address, {"family_name": "Silva"})

    refused = api.patch(
        address, {"given_name": "Mary", "family_name": "Sousa"}, If_Match=read.headers["ETag"]
    )

    assert refused.status_code == 412
    details = refused.json()["details"]
    assert refused.json()["code"] == "stale"
    assert details["yours"] == {"given_name": "Mary", "family_name": "Sousa"}
    assert details["theirs"]["family_name"] == "Silva"
    assert details["theirs"]["given_name"] == "Maria"
    assert details["fields"] == ["family_name", "given_name"]
    assert api.get(address).json()["given_name"] == "Maria"


def test_the_version_may_come_in_the_body(api: Api, new_customer: New) -> None:
    address = f"/customers/{new_customer('Maria')}"
    version = api.get(address).json()["version"]

    saved = api.patch(address, {"family_name": "Silva", "version": version})
    refused = api.patch(address, {"family_name": "Sousa", "version": version})

    assert saved.status_code == 200
    assert refused.status_code == 409
    assert refused.json()["details"]["theirs"]["family_name"] == "Silva"


def test_the_weak_tag_of_a_compressed_answer_counts_as_well(api: Api, new_customer: New) -> None:
    address = f"/customers/{new_customer('Maria')}"
    etag = api.get(address, Accept_Encoding="gzip").headers["ETag"]

    assert api.get(address, If_None_Match=f"W/{etag.removeprefix('W/')}").status_code == 304
    saved = api.patch(address, {"notes": "x"}, If_Match=f"W/{etag.removeprefix('W/')}")
    assert saved.status_code == 200


def test_forms_of_if_match(api: Api, new_customer: New) -> None:
    address = f"/customers/{new_customer('Maria')}"
    for header, status in (("*", 200), ('"1"', 412), ('"999"', 412), ("nonsense", 400)):
        api.patch(address, {"notes": f"before {header}"})
        assert api.patch(address, {"notes": header}, If_Match=header).status_code == status
    version = api.get(address).json()["version"]
    assert api.patch(address, {"notes": "last"}, If_Match=f'"{version}"').status_code == 200


def test_of_two_editors_at_once_one_wins(committed_cast: Cast) -> None:
    api = client_of(committed_cast.manager)
    made = api.post("/customers", {"given_name": "Maria"})
    answers: list[Any] = []
    together = threading.Barrier(2)

    def patch(name: str) -> None:
        together.wait()
        answers.append(
            Api(api.secret).patch(
                made.headers["Location"], {"family_name": name}, If_Match=made.headers["ETag"]
            )
        )
        connections.close_all()

    threads = [threading.Thread(target=patch, args=(name,)) for name in ("Silva", "Sousa")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [200, 412]


def test_what_the_role_hides_is_not_told_as_the_other_side(
    cast: Cast, api: Api, new_customer: New
) -> None:
    address = f"/customers/{new_customer('Maria', notes='very secret')}"
    restrict(cast.advisor, customer_notes="hidden")
    advisor = client_of(cast.advisor)

    refused = advisor.patch(address, {"given_name": "Mary"}, If_Match='"999"')

    assert refused.status_code == 412
    assert "notes" not in refused.json()["details"]["theirs"]
    assert b"very secret" not in refused.content
