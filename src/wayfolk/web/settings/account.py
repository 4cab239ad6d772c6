"""One's own account: API tokens, sessions, the organisation to work in."""

from datetime import timedelta
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.kit import clock
from wayfolk.kit.errors import InvalidValue, NotFound
from wayfolk.staff import tokens
from wayfolk.staff.models import ApiToken, UserOrganization
from wayfolk.staff.rules import ADMINISTER
from wayfolk.web import htmx, middleware, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.settings import answers
from wayfolk.web.settings.forms import TokenForm


@require_http_methods(["GET", "POST"])
@never_cache
@signed_in()
def own_tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens (an administrator sees all); a new one's secret is shown once."""
    by = actor_of(request)
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid() and by.author_id is not None:
        days = form.cleaned_data["days"]
        expires_at = clock.now() + timedelta(days=int(days)) if days else None
        try:
            _, secret = tokens.create_token(
                membership_id=by.author_id,
                name=form.cleaned_data["name"],
                expires_at=expires_at,
                by=by,
            )
        except InvalidValue as refused:
            answers.put_into(form, refused)
        else:
            form = TokenForm()
    listed = ApiToken.objects.select_related("membership").order_by("-created_at", "-id")
    if not by.may(ADMINISTER):
        listed = listed.filter(membership_id=by.author_id)
    context = {"form": form, "secret": secret, "tokens": list(listed), "now": clock.now()}
    status = 422 if form.errors else 200
    return render(request, "settings/tokens.html", context, status=status)


@require_POST
@signed_in()
def revoke_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    token = tokens.revoke_token(token_id, by=actor_of(request))
    answers.tell_done(request, f"The token {token.name} has ended.")
    return htmx.redirect(request, reverse("settings:tokens"))


@require_POST
@signed_in()
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign one of one's own sessions out."""
    session = UserSession.objects.filter(user_id=request.user.pk, id=session_id).first()
    if session is None:
        raise NotFound("That session has ended already.")
    session.end()
    toasts.add(request, "The session has ended.")
    return htmx.redirect(request, reverse("usersessions_list"))


@require_http_methods(["GET", "POST"])
@signed_in()
def organizations(request: HttpRequest) -> HttpResponse:
    """The organisations of this person, and changing to another one."""
    found = middleware.list_organizations(request)
    if request.method == "POST":
        wanted = request.POST.get("organization", "")
        chosen = next((one for one in found if str(one.id) == wanted), None)
        if chosen is None:
            raise NotFound("You are not a member of that organisation.")
        links = UserOrganization.objects.filter(user=request.user.pk)
        links.filter(organization_id=chosen.id).update(last_used_at=clock.now())
        request.session[middleware.ORGANIZATION_KEY] = chosen.id
        return htmx.redirect(request, reverse("home"))
    return render(request, "settings/organizations.html", {"organizations": found})
