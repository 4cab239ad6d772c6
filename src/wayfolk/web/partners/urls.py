"""Addresses of trade partners, named by their Customer No."""

from django.urls import path

from wayfolk.web.partners import (
    contacts,
    listing,
    record,
    recording,
    registers,
    statements,
    terms,
)

app_name = "partners"
urlpatterns = [
    path("", listing.partner_list, name="list"),
    path("count/", listing.exact_count, name="count"),
    path("new/", recording.create, name="create"),
    path("<int:number>/", record.detail, name="detail"),
    path("<int:number>/history/", record.history, name="history"),
    path("<int:number>/edit/", recording.edit, name="edit"),
    path("<int:number>/removal/", recording.remove, name="remove"),
    path("<int:number>/ids/new/", registers.add, name="add_id"),
    path("<int:number>/ids/<uuid:row_id>/removal/", registers.remove, name="remove_id"),
    path("<int:number>/contacts/new/", contacts.add, name="add_contact"),
    path("<int:number>/contacts/<uuid:row_id>/", contacts.edit, name="edit_contact"),
    path("<int:number>/contacts/<uuid:row_id>/removal/", contacts.remove, name="remove_contact"),
    path("<int:number>/terms/new/", terms.create, name="create_term"),
    path("<int:number>/terms/<uuid:row_id>/", terms.edit, name="edit_term"),
    path("<int:number>/terms/<uuid:row_id>/removal/", terms.remove, name="remove_term"),
    path("<int:number>/statement/", statements.statement, name="statement"),
    path("<int:number>/statement.xlsx", statements.as_excel, name="statement_excel"),
    path("<int:number>/statement.pdf", statements.as_pdf, name="statement_pdf"),
    path("<int:number>/commissions/", statements.recompute, name="recompute"),
]
