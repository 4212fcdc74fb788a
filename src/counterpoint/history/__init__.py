"""History: how transitions are written down and read again, whatever version wrote them."""

from counterpoint.history.codec import Blob, Codec, Fetch
from counterpoint.history.fold import fold

__all__ = ["Blob", "Codec", "Fetch", "fold"]
