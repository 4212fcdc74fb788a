"""`counterpoint definitions`: alone on a store, and beside the engine that holds it."""

from __future__ import annotations

import signal

HEAD = "document: {{ dsl: '1.0.3', namespace: shop, name: order, version: '{}' }}\n"
TASKS = "do:\n- pay: { set: { paid: true } }\n"
WAITS = "do:\n- hear: { listen: { to: { one: { with: { type: never } } } } }\n"
STRICT = "input: { schema: { document: { type: object, required: [order] } } }\n"


def write(folder, version, text=TASKS):
    path = folder / f"order-{version}.yaml"
    path.write_text(HEAD.format(version) + text)
    return path.name


def test_versions_are_published_listed_deprecated_and_retired(counterpoint, tmp_path):
    old, new = write(tmp_path, "1.0.0"), write(tmp_path, "2.0.0")
    assert counterpoint("definitions", "publish", old, new).out.splitlines() == [
        "published shop/order:1.0.0",
        "published shop/order:2.0.0",
    ]
    assert counterpoint("definitions", "publish", old).out == "shop/order:1.0.0 is published already\n"
    changed = counterpoint(
        "definitions", "deprecate", "order:1.0.0", "--sunset", "2099-01-01", "--replacement", "order:^2", "--by", "ada"
    )
    assert (changed.code, changed.out) == (0, "shop/order:1.0.0 is deprecated\n")
    first, second = counterpoint("definitions", "list", "--json").json
    assert (first["reference"], first["state"], first["replacement"]) == (
        "shop/order:1.0.0",
        "deprecated",
        "shop/order:^2",
    )
    assert second["state"] == "active"
    assert "use shop/order:^2" in counterpoint("definitions", "list", "order").out
    ran = counterpoint("run", old, "--json")
    assert (ran.code, ran.json["status"]) == (0, "completed")
    assert "warning: shop/order:1.0.0 is deprecated and can be started until 2099-01-01" in ran.err
    assert counterpoint("definitions", "undeprecate", "order:1.0.0").out == "shop/order:1.0.0 is active\n"
    assert counterpoint("definitions", "retire", "order:1.0.0").code == 0
    refused = counterpoint("run", old)
    assert (refused.code, "error: shop/order:1.0.0 is retired" in refused.err) == (1, True)
    shown = counterpoint("definitions", "show", "order:1.0.0", "--json").json
    assert [each["state"] for each in shown["changes"]] == ["deprecated", "active", "retired"]
    assert shown["text"] == (tmp_path / old).read_text()
    assert "deprecated by ada" in counterpoint("definitions", "show", "order:1.0.0").out


def test_a_comparison_fails_where_the_number_was_raised_by_too_little(counterpoint, tmp_path):
    old = write(tmp_path, "1.0.0")
    new, major = (write(tmp_path, version, STRICT + TASKS) for version in ("1.0.1", "2.0.0"))
    found = counterpoint("definitions", "compare", old, new)
    assert found.code == 1
    assert found.out.startswith("breaking  the input has a schema now")
    assert "asks for a major version, a patch one was made" in found.out
    assert not (tmp_path / "counterpoint.db").exists()
    counterpoint("definitions", "publish", old)
    published = counterpoint("definitions", "compare", "order:^1", major, "--json")
    assert (published.code, published.json["bumpEnough"], published.json["verdict"]) == (0, True, "breaking")
    assert published.json["findings"][0]["kind"] == "input-narrowed"


def test_what_cannot_be_is_refused_in_one_line(counterpoint, tmp_path):
    assert counterpoint("definitions", "list").code == 4
    counterpoint("definitions", "publish", write(tmp_path, "1.0.0"))
    for arguments, code, told in (
        (("show", "order:^9"), 1, "there is no definition 'order:^9'"),
        (("show", "order:^^"), 2, "neither a version nor a range"),
        (("deprecate", "order:1.0.0", "--sunset", "soon"), 2, "no ISO 8601"),
        (("deprecate", "order:1.0.0", "--replacement", "other"), 2, "the replacement cannot be used"),
        (("publish",), 2, "name at least one document"),
        (("publish", "absent.yaml"), 2, "there is no file absent.yaml"),
    ):
        refused = counterpoint("definitions", *arguments)
        assert (refused.code, told in refused.err, refused.out) == (code, True, ""), refused.err


def test_a_running_engine_is_asked(counterpoint, start, tmp_path):
    server = start("serve", write(tmp_path, "1.0.0", WAITS))
    while "order:1.0.0" not in counterpoint("definitions", "list").out:
        assert server.process.poll() is None
    assert counterpoint("definitions", "publish", write(tmp_path, "1.1.0")).out == "published shop/order:1.1.0\n"
    broken = tmp_path / "broken.yaml"
    broken.write_text("document: 7")
    refused = counterpoint("definitions", "publish", broken)
    assert (refused.code, "broken.yaml:1:" in refused.err) == (2, True)
    (tmp_path / "starts.jsonl").write_text('{"definition": "order:~1.0", "id": "one"}\n')
    assert counterpoint("instances", "start", "starts.jsonl").code == 0
    in_use = counterpoint("definitions", "retire", "order:1.0.0")
    assert (in_use.code, "1 instance of it has not ended" in in_use.err) == (1, True)
    counterpoint("instances", "cancel", "one")
    assert counterpoint("definitions", "retire", "order:1.0.0").out == "shop/order:1.0.0 is retired\n"
    server.signal(signal.SIGTERM)
    assert counterpoint("definitions", "list", "--json").json[0]["state"] == "retired"
