from django.urls import path

from wayfolk.web.customers import converting, creating, editing, listing, record, removal, sharing

app_name = "customers"
urlpatterns = [
    path("", listing.customer_list, name="list"),
    path("count", listing.exact_count, name="count"),
    path("selection/status", listing.change_status, name="selection_status"),
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
