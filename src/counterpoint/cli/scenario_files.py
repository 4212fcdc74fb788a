"""Stories as scenario files, one for each finding, beside each other in a directory."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from counterpoint.verification import Verdict


def write_scenarios(verdicts: Iterable[Verdict], directory: Path) -> list[Path]:
    """Write a scenario file for each story that has one; the files."""
    import msgspec

    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for verdict in verdicts:
        stem = Path(verdict.source).stem
        workflow = os.path.relpath(verdict.source, directory)
        for number, finding in enumerate(verdict.findings, 1):
            if finding.story is None or finding.story.scenario is None:
                continue
            path = directory / f"{stem}-{number}-{finding.code.lower()}.scenarios.yaml"
            path.write_bytes(msgspec.yaml.encode({"workflow": workflow, "scenarios": [finding.story.scenario]}))
            written.append(path)
    return written
