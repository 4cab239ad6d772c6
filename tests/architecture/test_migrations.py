"""Migrations, models and the database's triggers say the same."""

from io import StringIO

import pgtrigger
import pytest
from django.core.management import call_command
from pgtrigger import registered

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_models_and_triggers_have_their_migrations() -> None:
    told = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=told, verbosity=2)
    except SystemExit:
        pytest.fail(f"a model or trigger differs from its migrations:\n{told.getvalue()}")


def test_installed_triggers_are_those_of_the_models() -> None:
    different = {
        trigger.get_pgid(model): status
        for model, trigger in registered()
        if (status := trigger.get_installation_status(model, database="owner")[0])
        != pgtrigger.core.INSTALLED
    }
    assert different == {}
