"""The reference page: shows the OpenAPI document to people, from files of this package, whether online or not.

It holds nothing secret and needs no token; what is tried from it needs what the API asks for.
"""

from counterpoint.api.reference.page import ReferenceController

__all__ = ["ReferenceController"]
