"""`counterpoint instances`: look at runs, and intervene."""

from __future__ import annotations

from typing import Final

from counterpoint.cli.commands.instances import acting, forking, intervening, looking, repairing
from counterpoint.cli.commands.starting import start
from counterpoint.cli.options import Commands

HELP: Final = "Look at runs, and intervene."
EXAMPLES: Final = """\
counterpoint instances list --status suspended
counterpoint instances show ID
counterpoint instances cancel ID --reason 'ordered twice'"""

COMMANDS: Final[Commands] = {
    "start": (start, "counterpoint instances start orders.ndjson --key monday"),
    **looking.COMMANDS,
    **intervening.COMMANDS,
    **repairing.COMMANDS,
    **forking.COMMANDS,
    **acting.COMMANDS,
}
