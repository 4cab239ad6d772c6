"""What every tenant table is completed with."""

import re
from pathlib import Path

from django.apps import apps
from django.db import models

from wayfolk.audit import tenant


def test_names_of_indexes_keep_to_the_limit_and_apart() -> None:
    long = [
        tenant._index_name("communications_privatelink", key)
        for key in ("communication", "communicator_of_it")
    ]
    assert [len(name) for name in long] == [models.Index.max_name_length] * 2
    assert len(set(long)) == 2


def test_names_that_fit_stay_as_migrations_have_them() -> None:
    assert tenant._index_name("service_servicecase", "booking") == "service_serviceca_booking_i"
    source = Path(tenant.__file__).parents[1]
    written = {
        name
        for path in source.glob("*/migrations/*.py")
        for name in re.findall(r"name='(\w+_i)'", path.read_text())
    }
    present = {index.name for model in apps.get_models() for index in model._meta.indexes}
    assert len(written) > 50
    assert {name for name in present if name.endswith("_i")} <= written
