"""One module for each kind of task, all of one shape (`behaviour.Behaviour`)."""

from __future__ import annotations

from typing import Final

from counterpoint.kernel.tasks.behaviour import Behaviour, Decider
from counterpoint.kernel.tasks.call import CallBehaviour, FunctionBehaviour
from counterpoint.kernel.tasks.do import DoBehaviour
from counterpoint.kernel.tasks.emit import EmitBehaviour
from counterpoint.kernel.tasks.extension import ExtensionBehaviour
from counterpoint.kernel.tasks.for_ import ForBehaviour
from counterpoint.kernel.tasks.fork import ForkBehaviour
from counterpoint.kernel.tasks.listen import ListenBehaviour
from counterpoint.kernel.tasks.raise_ import RaiseBehaviour
from counterpoint.kernel.tasks.run import RunBehaviour
from counterpoint.kernel.tasks.set import SetBehaviour
from counterpoint.kernel.tasks.switch import SwitchBehaviour
from counterpoint.kernel.tasks.try_ import TryBehaviour
from counterpoint.kernel.tasks.undo import UndoBehaviour
from counterpoint.kernel.tasks.wait import WaitBehaviour
from counterpoint.plan import model

BEHAVIOURS: Final[dict[type[model.Task], Behaviour]] = {
    model.CallTask: CallBehaviour(),
    model.FunctionTask: FunctionBehaviour(),
    model.DoTask: DoBehaviour(),
    model.EmitTask: EmitBehaviour(),
    model.ExtendedTask: ExtensionBehaviour(),
    model.ForTask: ForBehaviour(),
    model.ForkTask: ForkBehaviour(),
    model.ListenTask: ListenBehaviour(),
    model.RaiseTask: RaiseBehaviour(),
    model.RunTask: RunBehaviour(),
    model.SetTask: SetBehaviour(),
    model.SwitchTask: SwitchBehaviour(),
    model.TryTask: TryBehaviour(),
    model.Undo: UndoBehaviour(),
    model.WaitTask: WaitBehaviour(),
}

__all__ = ["BEHAVIOURS", "Behaviour", "Decider"]
