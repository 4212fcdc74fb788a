"""The `openapi` connector: OpenAPI 3.0, 3.1 and Swagger 2.0."""

from counterpoint.connectors.openapi.connector import OpenApiConnector

__all__ = ["OpenApiConnector"]
