"""Addresses of the settings."""

from django.urls import path

from wayfolk.web.settings import (
    account,
    brands,
    contacts,
    duplicates,
    messages,
    people,
    roles,
    views,
)

app_name = "settings"
urlpatterns = [
    path("", views.index, name="index"),
    path("profile/", views.profile, name="profile"),
    path("modules/", views.modules, name="modules"),
    path("brands/", brands.brand_list, name="brands"),
    path("brands/<str:code>/", brands.brand_page, name="brand"),
    path("brands/<str:code>/name", brands.rename, name="rename_brand"),
    path("brands/<str:code>/use", brands.set_in_use, name="brand_in_use"),
    path("brands/<str:code>/ranges", brands.add_range, name="add_range"),
    path(
        "brands/<str:code>/ranges/<uuid:range_id>/removal", brands.remove_range, name="remove_range"
    ),
    path("brands/<str:code>/reminders", brands.remind, name="brand_reminders"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("duplicates/", duplicates.rules, name="duplicates"),
    path("duplicates/effect", duplicates.effect, name="duplicates_effect"),
    path("messages/", messages.messages, name="messages"),
    path("messages/gateway/", messages.gateway, name="gateway"),
    path("messages/test/", messages.test, name="test_messages"),
    path("people/", people.people, name="people"),
    path("people/invite", people.invite, name="invite"),
    path("people/<uuid:membership_id>/", people.member, name="member"),
    path("people/<uuid:membership_id>/active", people.set_active, name="set_active"),
    path("people/<uuid:membership_id>/invitation", people.invite_again, name="invite_again"),
    path("roles/", roles.matrix, name="roles"),
    path("roles/new", roles.create, name="role_create"),
    path("roles/<uuid:role_id>/name", roles.rename, name="role_rename"),
    path("roles/<uuid:role_id>/deletion", roles.delete, name="role_delete"),
    path("tokens/", account.own_tokens, name="tokens"),
    path("tokens/<uuid:token_id>/revocation", account.revoke_token, name="revoke_token"),
    path("sessions/<int:session_id>/end", account.end_session, name="end_session"),
    path("organizations/", account.organizations, name="organizations"),
]
