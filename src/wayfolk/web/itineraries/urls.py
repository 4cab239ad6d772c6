from django.urls import path

from wayfolk.web.itineraries import customers, editing, listing, record

app_name = "itineraries"
urlpatterns = [
    path("", listing.itinerary_list, name="list"),
    path("count", listing.exact_count, name="count"),
    path("new", editing.create, name="create"),
    path("<int:number>/", record.detail, name="detail"),
    path("<int:number>/history", record.history, name="history"),
    path("<int:number>/edit", editing.edit, name="edit"),
    path("<int:number>/stage", record.change_stage, name="stage"),
    path("<int:number>/assignee", record.change_assignee, name="assignee"),
    path("<int:number>/customers", customers.link, name="customers"),
    path("<int:number>/customers/removal", customers.remove_all, name="remove_all"),
    path(
        "<int:number>/customers/<int:customer>/point-of-contact",
        customers.point_of_contact,
        name="point_of_contact",
    ),
    path(
        "<int:number>/customers/<int:customer>/travelling", customers.travelling, name="travelling"
    ),
    path("<int:number>/customers/<int:customer>/leader", customers.leader, name="leader"),
    path("<int:number>/customers/<int:customer>/removal", customers.remove, name="remove"),
]
