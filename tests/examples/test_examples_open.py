"""`make play`: the shop is open, its orders and its stuck parcels are there, and so is the studio."""

from __future__ import annotations

import signal
import subprocess
import sys

import httpx2
import pytest

from counterpoint.studio import NotBuilt, built
from shared_data import ROOT


@pytest.fixture
def shop_front():
    """The address of an open shop; afterwards, that it closed without a complaint."""
    try:
        built()
    except NotBuilt as error:
        pytest.skip(error.message)
    command = [sys.executable, str(ROOT / "examples" / "checkout" / "open.py"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as shop:
        try:
            lines = iter(shop.stdout.readline, "")
            yield next(line.split("/workflows")[0].strip() for line in lines if "/workflows/shop/checkout" in line)
        finally:
            shop.send_signal(signal.SIGINT)
            _, complaints = shop.communicate(timeout=30)
    assert shop.returncode == 0
    assert complaints == ""


def test_the_shop_has_orders_that_ended_orders_undone_and_parcels_that_are_stuck(shop_front):
    with httpx2.Client(base_url=shop_front, trust_env=False) as client:
        assert client.get("/workflows").headers["content-type"].startswith("text/html")
        counts = client.get("/v1/instances/counts").json()
        undone = client.get("/v1/instances", params={"saga": "compensated", "limit": 100}).json()["items"]
    assert counts["byStatus"] == {"completed": 16, "faulted": 4, "suspended": 3}
    assert [each["workflow"] for each in undone] == ["shop/checkout:1.0.0"] * 4
