"""`counterpoint schema`: the schema that the server serves, for editors that have no server."""

from __future__ import annotations

import json

import yaml
from jsonschema_rs import validator_for

from counterpoint.application.describing import language_schema
from shared_data import ROOT


def test_the_schema_is_that_of_the_server_and_takes_what_people_write(counterpoint):
    ran = counterpoint("schema")
    assert (ran.code, ran.err) == (0, "")
    schema = json.loads(ran.out)
    assert schema == language_schema()
    taken = validator_for(schema).is_valid
    document = yaml.safe_load((ROOT / "examples" / "checkout" / "checkout.yaml").read_text())
    assert taken(document)
    assert not taken(document | {"do": [{"pay": {"cal": "x"}}]})


def test_the_schema_goes_to_a_file(within, tmp_path):
    assert within("schema", "--output", "workflow.schema.json").code == 0
    assert json.loads((tmp_path / "workflow.schema.json").read_text()) == language_schema()
    ran = within("schema", "-o", "no/such/file.json")
    assert (ran.code, ran.err) == (2, "error: no/such/file.json cannot be written: No such file or directory\n")
