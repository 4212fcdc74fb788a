"""The studio: the web app that comes with the server. Its source is in `studio/`; the build puts its files here."""

from counterpoint.studio.bundle import Bundle, NotBuilt, built
from counterpoint.studio.pages import pages

__all__ = ["Bundle", "NotBuilt", "built", "pages"]
