"""Authentication policies of the DSL: basic, bearer, digest, OAuth2 and OpenID Connect."""
