"""Members: invite by a link shown once, change name and role, keep out and let in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.kit.errors import Conflict, NotAllowed, NotFound, Refusal
from wayfolk.staff import memberships, roles
from wayfolk.staff.models import Membership, User
from wayfolk.staff.rules import ADMINISTER
from wayfolk.web import accounts, htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.settings import answers
from wayfolk.web.settings.forms import InvitationForm, MemberForm


@require_GET
@signed_in(ADMINISTER)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who has or had a place here."""
    members = list(memberships.list_members().select_related("role", "user"))
    return render(request, "settings/people.html", {"members": members})


@require_http_methods(["GET", "POST"])
@never_cache
@signed_in(ADMINISTER)
def invite(request: HttpRequest) -> HttpResponse:
    """A new member; the answer shows the link with which they choose a password."""
    by = actor_of(request)
    form = InvitationForm(request.POST or None, roles=roles.list_roles())
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            user = memberships.add_member(
                email=values["email"],
                name=values["name"],
                role_code=values["role"],
                password=None,
                by=by,
            )
        except (NotAllowed, NotFound, Conflict):
            raise
        except Refusal as refused:
            answers.put_into(form, refused)
        else:
            answers.tell_done(request, f"{values['name']} is a member now.")
            return _invitation(request, user)
    status = 422 if form.errors else 200
    return render(request, "settings/invite.html", {"form": form}, status=status)


@require_POST
@never_cache
@signed_in(ADMINISTER)
def invite_again(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """A new link for somebody who has never signed in; the ones before it stay good."""
    member = memberships.get_member(membership_id)
    user = User.objects.get(id=member.user_id)
    if user.has_usable_password():
        raise Conflict(
            f"{member.name} has a password already. “Forgot your password?” on the sign-in page"
            " sends a link to choose a new one."
        )
    return _invitation(request, user)


def _invitation(request: HttpRequest, user: User) -> HttpResponse:
    needs_password = not user.has_usable_password()
    url = accounts.invitation_url(request, user) if needs_password else ""
    return render(request, "settings/invitation.html", {"invited": user, "url": url})


@require_http_methods(["GET", "POST"])
@signed_in(ADMINISTER)
def member(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """One member: name and role."""
    by = actor_of(request)
    found = memberships.get_member(membership_id)
    initial: dict[str, object] = {"name": found.name, "role": str(found.role_id)}
    form = MemberForm(request.POST or None, roles=roles.list_roles(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _change(found, form, request)
        except (NotAllowed, NotFound):
            raise
        except Refusal as refused:
            answers.put_into(form, refused)
        else:
            return htmx.redirect(request, reverse("settings:people"))
    context = {"form": form, "member": found, "is_self": found.id == by.author_id}
    status = 422 if form.errors else 200
    return render(request, "settings/member.html", context, status=status)


def _change(found: Membership, form: MemberForm, request: HttpRequest) -> None:
    by = actor_of(request)
    memberships.change_member(
        found.id, name=form.cleaned_data["name"], role_id=UUID(form.cleaned_data["role"]), by=by
    )
    answers.tell_done(request, f"{form.cleaned_data['name']} is saved.")


@require_POST
@signed_in(ADMINISTER)
def set_active(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Let a member in (`active=1`) or keep them out."""
    is_active = request.POST.get("active") == "1"
    changed = memberships.set_active(membership_id, is_active=is_active, by=actor_of(request))
    verb = "can sign in again" if is_active else "is kept out from now on"
    answers.tell_done(request, f"{changed.name} {verb}.")
    return htmx.redirect(request, reverse("settings:people"))
