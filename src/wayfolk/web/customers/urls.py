from django.urls import path

from wayfolk.web.customers import (
    converting,
    creating,
    editing,
    listing,
    many,
    record,
    removal,
    sharing,
    viewing,
)

app_name = "customers"
urlpatterns = [
    path("", listing.customer_list, name="list"),
    path("filters", listing.more_filters, name="more_filters"),
    path("count", listing.exact_count, name="count"),
    path("selection/change", many.change, name="change_many"),
    path("selection/change/<uuid:change_id>/", many.detail, name="change_of_many"),
    path("selection/change/<uuid:change_id>/progress", many.progress, name="change_progress"),
    path("selection/change/<uuid:change_id>/stop", many.stop, name="stop_change"),
    path("columns", viewing.columns, name="columns"),
    path("views/new", viewing.save_view, name="save_view"),
    path("views/default", viewing.open_with, name="open_with"),
    path("views/<uuid:view_id>/", viewing.change_view, name="change_view"),
    path("views/<uuid:view_id>/deletion", viewing.delete_view, name="delete_view"),
    path("list-settings", viewing.offered_filters, name="list_settings"),
    path("new", creating.create, name="create"),
    path("<int:number>/", record.detail, name="detail"),
    path("<int:number>/sections/<slug:name>/", record.section, name="section"),
    path("<int:number>/values/", record.value_history, name="values"),
    path("<int:number>/history", record.history, name="history"),
    path("<int:number>/update", record.update, name="update"),
    path("<int:number>/edit", editing.edit, name="edit"),
    path("<int:number>/contacts/", sharing.contacts, name="contacts"),
    path("<int:number>/contacts/<uuid:point_id>/", sharing.users, name="contact_users"),
    path("<int:number>/status", removal.change_status, name="status"),
    path("<int:number>/convert", converting.convert, name="convert"),
    path("<int:number>/delete", removal.delete, name="delete"),
]
