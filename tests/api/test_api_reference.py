"""The reference page: public, whole, from this server alone."""

from __future__ import annotations

import re

import pytest

from counterpoint.api.reference import page

pytestmark = pytest.mark.anyio
TOKEN = "correct-horse-battery-staple"


async def test_everybody_may_read_it_and_it_holds_no_secret(serve):
    async with serve(token=TOKEN) as serving:
        for name in ("", *(f"/{each}" for each in page._MEDIA_TYPES)):
            answer = await serving.client.get(f"/reference{name}")
            assert answer.status_code == 200, name
            assert TOKEN not in answer.text
            assert "'unsafe" not in answer.headers["content-security-policy"]
            again = await serving.client.get(f"/reference{name}", headers={"If-None-Match": answer.headers["etag"]})
            assert again.status_code == 304
        assert (await serving.client.get("/")).headers["location"] == "/reference"
        for wrong in ("page.py", "..%2Fapp.py", "%2e%2e%2fapp.py", "none"):
            missing = await serving.client.get(f"/reference/{wrong}")
            assert (missing.status_code, missing.json()["type"]) == (404, "urn:counterpoint:problem:not-found")


async def test_it_loads_nothing_from_elsewhere_and_every_file_that_it_names_is_there(serving):
    for name in page._MEDIA_TYPES:
        text = (await serving.client.get(f"/reference/{name}")).text
        elsewhere = [url for url in re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text) if "w3.org" not in url]
        assert not elsewhere, name
        named = re.findall(r'(?:href|src)="(/[^"]+)"|from "\./([^"]+)"', text)
        for absolute, relative in named:
            found = await serving.client.get(absolute or f"/reference/{relative}")
            assert found.status_code == 200, absolute or relative
