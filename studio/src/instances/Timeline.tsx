/** When each task ran, as bars on one scale. */
import type { Instance, Task } from "../api/instances";
import { stateOf } from "../ui/states";
import { lasted } from "../ui/time";

export function Timeline({ instance }: { instance: Instance }) {
  const begun = Date.parse(instance.createdAt);
  const ended = instance.endedAt ? Date.parse(instance.endedAt) : Date.now();
  const whole = Math.max(1, ended - begun);
  const share = (at: number): number => ((at - begun) / whole) * 100;
  const shown = instance.tasks.filter((task): task is Task & { startedAt: string } => task.startedAt !== null);
  return (
    <div className="timeline">
      <table>
        <caption className="muted">{lasted(whole)} in all</caption>
        <tbody>
          {shown.map((task, index) => {
            const from = Date.parse(task.startedAt);
            const to = task.endedAt ? Date.parse(task.endedAt) : ended;
            const undo = task.reference.includes("/compensate/");
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: task runs are only added at the end
              <tr key={index}>
                <th scope="row" title={task.reference}>
                  {task.name}
                </th>
                <td className="timeline-lane">
                  <span
                    className={`bar tone-${undo ? "undo" : stateOf(task.status).tone}`}
                    style={{ left: `${share(from)}%`, width: `${Math.max(0.4, share(to) - share(from))}%` }}
                  />
                </td>
                <td className="muted">{lasted(to - from)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
