from __future__ import annotations

import pytest

from stack import postgres

pytestmark = [
    pytest.mark.ckan,
    # The services alone, without what this project adds.
    pytest.mark.ckan_config("ckan.plugins", "datastore"),
    pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index"),
]


def test_a_dataset_is_found_and_its_table_read_back():
    import ckan.plugins.toolkit as tk
    from ckan.tests import factories

    dataset = factories.Dataset(owner_org=factories.Organization()["id"])
    assert tk.get_action("package_search")({}, {"q": "*:*"})["count"] == 1
    resource = factories.Resource(package_id=dataset["id"])
    table = {
        "resource_id": resource["id"],
        "force": True,
        "fields": [{"id": "service", "type": "text"}, {"id": "amount", "type": "numeric"}],
        "records": [{"service": "Ύδρευση", "amount": "1234.50"}],
    }
    tk.get_action("datastore_create")({"ignore_auth": True}, table)
    rows = tk.get_action("datastore_search")({}, {"resource_id": resource["id"]})["records"]
    assert [(row["service"], row["amount"]) for row in rows] == [("Ύδρευση", 1234.5)]


def test_the_reading_role_of_the_datastore_cannot_write():
    import sqlalchemy as sa
    from ckan.plugins.toolkit import config

    engine = sa.create_engine(config["ckan.datastore.read_url"])
    with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError):
        connection.execute(sa.text("CREATE TABLE public.mine (a int)"))


def test_a_refused_statement_leaves_no_name_in_the_servers_log():
    import sqlalchemy as sa
    from ckan.plugins.toolkit import config

    place = postgres.place()
    assert place is not None
    log = place[0] / "server.log"
    engine = sa.create_engine(config["sqlalchemy.url"])
    with engine.connect() as connection, pytest.raises(sa.exc.DataError):
        connection.execute(sa.text("SELECT 'ΖΑΧΑΡΟΥΛΑΠΑΠΑ'::integer"))
    assert "starting PostgreSQL" in log.read_text(encoding="utf-8")
    assert "ΖΑΧΑΡΟΥΛΑΠΑΠΑ" not in log.read_text(encoding="utf-8")
