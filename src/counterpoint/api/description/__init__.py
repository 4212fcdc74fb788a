"""The OpenAPI document: what the framework says of the routes, made complete and precise.

What is true of every route is said here once, so that a route which is added later is described like all others.
"""

from counterpoint.api.description.document import Described, configuration, described, openapi_json

__all__ = ["Described", "configuration", "described", "openapi_json"]
