"""Masking: what a schema marks `x-sensitive` is shown to nobody. The journal keeps the true data.

`places` finds what a schema marks in a value, `copies` finds the same values wherever else they have got to, and
`redaction` does both for one instance. `permission` is the one place where somebody may be let to see the true data.
"""

from counterpoint.masking.permission import is_unmasked, unmasked
from counterpoint.masking.places import MASKED
from counterpoint.masking.redaction import Redaction, redaction_of

__all__ = ["MASKED", "Redaction", "is_unmasked", "redaction_of", "unmasked"]
