"""Choosing a file to import."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from wayfolk.integrations.imports import (
    guessing,
    operations,
    previewing,
    queries,
    shipped,
)
from wayfolk.integrations.imports import (
    mapping as mappings,
)
from wayfolk.integrations.imports.mapping import Mapping
from wayfolk.integrations.models import ImportRun
from wayfolk.kit.errors import InvalidValue, NotFound
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.imports import incoming


class UploadForm(forms.Form):
    """The file, and how to read it if that is known already."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # told in words by whoever reads it
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        help_text="A CSV file with a header row. Columns with payment cards are left out.",
    )
    mapping = forms.ChoiceField(
        label="Mapping", required=False, help_text="Guessed from the file unless you choose one."
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["data-max-bytes"] = settings.MAX_IMPORT_BYTES
        choice = cast("forms.ChoiceField", self.fields["mapping"])
        choice.choices = [("", "Guess from the file"), *((name, name) for name in names)]


@require_http_methods(["GET", "POST"])
@signed_in("imports.run", module="imports")
def create(request: HttpRequest) -> HttpResponse:
    names = queries.list_mapping_names()
    if request.method != "POST":
        return _page(request, UploadForm(names=names))
    form = UploadForm(request.POST, request.FILES, names=names)
    if incoming.is_too_large(request):
        form.errors["file"] = form.error_class([_too_large(request)])
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        run = _received(request, form)
    except InvalidValue as error:
        form.add_error("file", error.message)
        return _page(request, form, status=422)
    return htmx.redirect(request, reverse("imports:mapping", args=[run.id]))


@require_GET
@signed_in("imports.run", module="imports")
def template(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001 - views take it
    """A file with headers and sample rows, to be filled in and imported."""
    found = shipped.template_called(slug)
    if found is None:
        raise NotFound("There is no such template. Choose one on the page of the import.")
    return HttpResponse(
        found.csv(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.slug}.csv"'},
    )


def _too_large(request: HttpRequest) -> str:
    sent = int(request.META["CONTENT_LENGTH"]) / 1e6
    return (
        f"The file has {sent:,.0f} MB; at most {settings.MAX_IMPORT_BYTES / 1e6:,.0f} MB can be"
        " imported at once. Split the file, with the header row at the head of each part."
    )


def _received(request: HttpRequest, form: UploadForm) -> ImportRun:
    upload = cast("UploadedFile[Any]", form.cleaned_data["file"])
    if upload.file is None:
        raise InvalidValue("The file did not arrive. Choose it again.", field="file")
    run = operations.receive_file(
        cast("Any", upload.file), name=upload.name or "file", by=actor_of(request)
    )
    name = form.cleaned_data["mapping"]
    operations.keep_draft(run, _mapping(run, name), name)
    return run


def _mapping(run: ImportRun, name: str) -> Mapping:
    if name:
        return mappings.matched(queries.get_mapping(name), run.headers)
    return guessing.guess_mapping(run.headers, previewing.samples(run))


def _page(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "max_megabytes": settings.MAX_IMPORT_BYTES // 10**6,
        "templates": shipped.TEMPLATES,
    }
    return render(request, "imports/create.html", context, status=status)
