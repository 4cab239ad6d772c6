"""What a merge of customers does with service cases and questionnaires: all of it counts on."""

from wayfolk.identity.merging.moving import Links
from wayfolk.service.models import Answer, Invitation, Response, ServiceCase

LINKS = (
    Links(ServiceCase, "customer", evidence=("email", "phone")),
    Links(Invitation, "customer", label="invitations to questionnaires"),
    Links(Response, "customer", label="answered questionnaires"),
    Links(Answer, "customer", label="answers"),
)
