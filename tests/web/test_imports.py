"""The pages of imports: choose, map, preview, run, refused rows, rights."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.integrations import making, trading
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.customers.models import Customer
from wayfolk.integrations.imports import receiving, running, shipped
from wayfolk.integrations.models import ImportRun, RunState, SavedMapping
from wayfolk.kit import tenancy
from wayfolk.staff.rules import Actor

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def upload(by: Actor, content: bytes, name: str = "guests.csv", **more: str) -> Any:
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client_for(by).post(reverse("imports:create"), {"file": file, "mapping": "", **more})


def latest(by: Actor) -> ImportRun:
    with tenancy.scope(by.organization_id):
        run = ImportRun.objects.order_by("-created_at").first()
    assert run is not None
    return run


def test_a_template_is_downloaded_filled_in_and_mapped_by_itself(cast: Cast) -> None:
    by = cast.manager
    client = client_for(by)
    for template in shipped.TEMPLATES:
        url = reverse("imports:template", args=[template.slug])
        assert f'href="{url}"' in client.get(reverse("imports:create")).content.decode()
        file = client.get(url)
        assert file["Content-Disposition"] == f'attachment; filename="{template.slug}.csv"'
        assert upload(by, file.content, f"{template.slug}.csv").status_code == 303
        page = client.get(reverse("imports:mapping", args=[latest(by).id])).content.decode()
        for target in (rule.target for rule in template.mapping.rules):
            assert f'<option value="{target}" selected>' in page
        assert "0 would be refused and 0 taken in with a remark" in page
    assert client.get(reverse("imports:template", args=["nothing"])).status_code == 404
    assert client_for(cast.advisor).get(url).status_code == 403


def test_the_mapping_page_marks_what_relations_refuse(cast: Cast) -> None:
    by = cast.manager
    upload(
        by,
        trading.content([*trading.LINE, trading.row(name="Lost", level="agent", parent="Nowhere")]),
    )
    page = client_for(by).get(reverse("imports:mapping", args=[latest(by).id])).content.decode()
    assert "There is no trade partner “Nowhere”" in page
    assert "Trade partner: belongs to" in page


def test_the_result_counts_partners_contacts_and_terms(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run = making.run(shipped.TEMPLATES[0].csv().encode(), shipped.TEMPLATES[0].mapping, by)
    page = client_for(by).get(reverse("imports:detail", args=[run.id])).content.decode()
    for label in ("Trade partners", "Contacts", "Commission terms"):
        assert f'<th scope="row">{label}</th>' in page


def test_a_file_is_chosen_mapped_and_imported(cast: Cast) -> None:
    by = cast.manager
    answer = upload(by, making.people("Ann Lee,ann@example.com,+351912345678,Faro", ",,,Oslo"))
    run = latest(by)
    mapping_url = reverse("imports:mapping", args=[run.id])
    assert (answer.status_code, answer.headers["Location"]) == (303, mapping_url)
    client = client_for(by)
    page = client.get(mapping_url).content.decode()
    assert "No customer is named in this row." in page
    assert '<option value="customer.primary_email" selected>' in page
    started = client.post(
        mapping_url,
        {
            "column-0": "customer.full_name", "column-1": "customer.primary_email",
            "column-2": "", "column-3": "customer.city", "action": "start",
        },
    )  # fmt: skip
    assert started.headers["Location"] == reverse("imports:detail", args=[run.id])
    assert latest(by).state == RunState.QUEUED
    running.carry_out(run.id, by=by)
    page = client.get(reverse("imports:detail", args=[run.id])).content.decode()
    assert "Finished, rows refused" in page
    assert "Undo the import" in page
    with tenancy.scope(by.organization_id):
        assert Customer.objects.get().given_name == "Ann"
    refused = client.get(reverse("imports:refused", args=[run.id]))
    text = b"".join(refused.streaming_content).decode()
    assert ",,,Oslo,3,No customer is named in this row." in text
    assert refused.headers["Content-Disposition"].startswith("attachment")


def test_the_shipped_mapping_is_recognised_by_the_columns(cast: Cast) -> None:
    upload(cast.manager, making.reservations(making.reservation(1)))
    run = latest(cast.manager)
    page = client_for(cast.manager).get(reverse("imports:mapping", args=[run.id])).content.decode()
    assert "year, month and day from" in page
    assert "City Hotel · room A · BB" in page
    assert "Payment cards are never stored" in page
    assert "4322" not in page


def test_the_preview_follows_a_change_by_fragment(cast: Cast) -> None:
    upload(cast.manager, making.people("Ann Lee,ann@example.com,,"))
    run = latest(cast.manager)
    answer = client_for(cast.manager).post(
        reverse("imports:mapping", args=[run.id]),
        {"column-0": "customer.company_name"},
        headers={**HTMX, "HX-Target": "import-mapping"},
    )
    text = answer.content.decode()
    assert "<html" not in text
    assert "Customer: company" in text


def test_a_mapping_that_lacks_something_says_what(cast: Cast) -> None:
    upload(cast.manager, making.people("Ann Lee,ann@example.com,,"))
    run = latest(cast.manager)
    answer = client_for(cast.manager).post(
        reverse("imports:mapping", args=[run.id]),
        {"column-0": "stay.reservation_number", "action": "start"},
    )
    assert answer.status_code == 422
    assert "Stay: hotel is needed" in answer.content.decode()
    assert latest(cast.manager).state == RunState.DRAFT


def test_a_mapping_is_saved_under_a_name_and_used_again(cast: Cast) -> None:
    by = cast.manager
    upload(by, making.people("Ann Lee,ann@example.com,,"))
    url = reverse("imports:mapping", args=[latest(by).id])
    data = {"column-0": "customer.full_name", "action": "save", "mapping_name": "Club list"}
    assert client_for(by).post(url, data).status_code == 303
    with tenancy.scope(by.organization_id):
        assert SavedMapping.objects.get().name == "Club list"
    answer = upload(by, making.people("Bo Ek,,,"), mapping="Club list")
    page = client_for(by).get(answer.headers["Location"]).content.decode()
    assert page.count("selected") >= 2
    assert '<option value="customer.primary_email" selected>' not in page


def test_a_nameless_mapping_is_refused(cast: Cast) -> None:
    upload(cast.manager, making.people("Ann Lee,,,"))
    url = reverse("imports:mapping", args=[latest(cast.manager).id])
    data = {"column-0": "customer.full_name", "action": "save", "mapping_name": " "}
    answer = client_for(cast.manager).post(url, data)
    assert answer.status_code == 422
    assert "needs a name" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"PK\x03\x04rest", "zip archive"), (b"Name,City\n", "nothing below it")],
)
def test_what_is_no_table_is_refused_beside_the_field(
    cast: Cast, content: bytes, words: str
) -> None:
    answer = upload(cast.manager, content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with tenancy.scope(cast.manager.organization_id):
        assert not ImportRun.objects.exists()


def test_html_in_cells_is_shown_as_text(cast: Cast) -> None:
    upload(cast.manager, making.people("<img src=x onerror=alert(1)> Lee,,,<b>"), "<i>x.csv")
    page = (
        client_for(cast.manager)
        .get(reverse("imports:mapping", args=[latest(cast.manager).id]))
        .content.decode()
    )
    assert "<img src=x" not in page
    assert "&lt;img" in page


def test_progress_is_a_fragment_that_asks_again_until_the_end(cast: Cast) -> None:
    by = cast.manager
    upload(by, making.people("Ann Lee,,,"))
    run = latest(by)
    client = client_for(by)
    data = {"column-0": "customer.full_name", "action": "start"}
    client.post(reverse("imports:mapping", args=[run.id]), data)
    url = reverse("imports:progress", args=[run.id])
    assert 'hx-trigger="every 1s"' in client.get(url, headers=HTMX).content.decode()
    running.carry_out(run.id, by=by)
    done = client.get(url, headers=HTMX)
    assert done.headers["HX-Redirect"] == reverse("imports:detail", args=[run.id])


def test_a_draft_can_be_removed_with_its_file(cast: Cast, media: Path) -> None:
    upload(cast.manager, making.people("Ann Lee,,,"))
    run = latest(cast.manager)
    answer = client_for(cast.manager).post(reverse("imports:removal", args=[run.id]))
    assert answer.status_code == 303
    with tenancy.scope(cast.manager.organization_id):
        assert not ImportRun.objects.exists()


def test_only_who_may_import_sees_imports(cast: Cast) -> None:
    upload(cast.manager, making.people("Ann Lee,,,"))
    run = latest(cast.manager)
    assert client_for(cast.advisor).get(reverse("imports:list")).status_code == 403
    for name in ("mapping", "detail", "refused"):
        address = reverse(f"imports:{name}", args=[run.id])
        assert client_for(cast.outsider).get(address).status_code == 404


def test_the_list_costs_the_same_however_long_it_is(cast: Cast) -> None:
    client = client_for(cast.manager)
    figures = []
    for _ in range(2):
        for _ in range(3):
            upload(cast.manager, making.people("Ann Lee,,,"))
        client.get(reverse("imports:list"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(reverse("imports:list"))
        figures.append(len(queries))
    assert figures[0] == figures[1]
    assert page.content.decode().count("guests.csv</a>") == 6


def test_the_shipped_mappings_are_valid() -> None:
    from wayfolk.integrations.imports import mapping as mappings

    headers_of = {shipped.HOTEL_RESERVATIONS: making.RESERVATION_HEADER.split(",")[:-1]} | {
        template.name: [header for header, _, _ in template.columns]
        for template in shipped.TEMPLATES
    }
    for name, mapping in shipped.SHIPPED.items():
        assert mappings.problems(mapping, headers_of[name]) == []
        assert mappings.from_json(mappings.to_json(mapping)) == mapping


def test_a_file_above_the_limit_is_refused_in_words_and_never_stored(
    cast: Cast, settings: Any, media: Path, tmp_path: Path
) -> None:
    settings.MAX_IMPORT_BYTES = 1_000_000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    answer = upload(cast.manager, making.people(*["Ann Lee,,,"] * 120_000))
    assert answer.status_code == 422
    assert "The file has 1 MB; at most 1 MB can be imported at once." in answer.content.decode()
    assert "This field is required" not in answer.content.decode()
    assert not list(tmp_path.rglob("*.upload*"))
    assert not media.exists()


def test_files_of_people_who_are_not_signed_in_are_not_taken_in(
    cast: Cast, rf: RequestFactory
) -> None:
    file = SimpleUploadedFile("guests.csv", making.people("Ann Lee,,,"))
    request = rf.post(reverse("imports:create"), {"file": file})
    assert list(request.FILES) == []
    file.seek(0)
    request = rf.post(reverse("imports:create"), {"file": file})
    request.actor = cast.manager  # type: ignore[attr-defined]
    assert list(request.FILES) == ["file"]
    request.close()


def test_a_long_reading_outlives_the_limit_of_idle_transactions(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    receive = receiving.receive

    def slowly(*args: Any, **kwargs: Any) -> receiving.Received:
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            shown.append(cursor.fetchone()[0])
        return receive(*args, **kwargs)

    monkeypatch.setattr(receiving, "receive", slowly)
    assert upload(cast.manager, making.people("Ann Lee,,,")).status_code == 303
    assert shown == ["30min"]
