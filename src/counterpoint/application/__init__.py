"""Use cases: everything a person can do, whatever face they use. CLI, Python API and HTTP call these."""

from counterpoint.application.instances import Instances
from counterpoint.application.publishing import DefinitionRef, Publisher, export, validate
from counterpoint.application.reading import Reader
from counterpoint.application.requesting import Requester
from counterpoint.application.views import IncidentView, InstanceView, TaskView

__all__ = [
    "DefinitionRef",
    "IncidentView",
    "InstanceView",
    "Instances",
    "Publisher",
    "Reader",
    "Requester",
    "TaskView",
    "export",
    "validate",
]
