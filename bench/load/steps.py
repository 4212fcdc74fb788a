"""The steps of `bench.sagas` for `counterpoint serve --function bench.load.steps`: nothing but a small answer each."""

from __future__ import annotations

from bench.sagas import functions

globals().update({each.name: each for each in functions()})
