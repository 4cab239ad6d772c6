"""What the demo's own mail server and SMS gateway have caught: nothing of it left this machine."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wayfolk.demo import capturing
from wayfolk.web.access import signed_in


@require_GET
@signed_in("communications.view", module="communications")
def messages(request: HttpRequest) -> HttpResponse:
    return render(request, "communications/caught.html", {"rows": capturing.read_caught()})
