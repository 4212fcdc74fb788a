"""`counterpoint export`: both forms, to standard output or a file, without loss."""

from __future__ import annotations

import json

from counterpoint.dsl import load
from shared_data import ROOT

CHECKOUT = ROOT / "examples" / "checkout" / "checkout.yaml"


def test_portable_form_and_back_mean_the_same(counterpoint, tmp_path):
    portable = counterpoint("export", CHECKOUT, "--portable")
    assert portable.code == 0
    assert "compensate" in portable.out
    assert "metadata" in portable.out
    author = counterpoint("export", "-", "--author", input=portable.out)
    assert author.code == 0
    assert load(author.out).digest == load(portable.out).digest == load(CHECKOUT.read_text()).digest


def test_output_goes_to_a_file_as_its_name_says(within, tmp_path):
    assert within("export", CHECKOUT, "--portable", "--output", "out.json").code == 0
    assert json.loads((tmp_path / "out.json").read_text())["document"]["name"] == "checkout"
    assert within("export", CHECKOUT, "--portable", "-o", "out.yaml").code == 0
    assert (tmp_path / "out.yaml").read_text().startswith("document:")


def test_which_form_must_be_said_and_the_document_be_valid(within, document):
    assert within("export", CHECKOUT).code == 2
    assert within("export", document("- a: { cal: x }\n"), "--portable").code == 2
    ran = within("export", CHECKOUT, "--portable", "-o", "no/such/directory.yaml")
    assert (ran.code, ran.err) == (2, "error: no/such/directory.yaml cannot be written: No such file or directory\n")
