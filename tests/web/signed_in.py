"""A test client signed in as one of the cast."""

from django.test import Client

from wayfolk.staff.models import User
from wayfolk.staff.rules import Actor


def client_for(actor: Actor) -> Client:
    """A client whose session belongs to the actor's user in the actor's organisation."""
    client = Client()
    user = User.objects.get(id=actor.user_id)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["organization_id"] = actor.organization_id
    session.save()
    return client
