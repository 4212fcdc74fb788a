"""The story of one instance, told from its events: a tree of tasks, and a line for each thing that happens."""

from counterpoint.cli.story.fold import Story
from counterpoint.cli.story.node import Happening, Node, State, UndoState

__all__ = ["Happening", "Node", "State", "Story", "UndoState"]
