/** What needs a person, by its cause: the same task of the same workflow with the same error is one group. */

import type { Incident, Instance } from "../api/instances";
import { shortOf } from "../instances/failures";

export interface Case {
  readonly instance: Instance;
  readonly incident: Incident;
}

export interface Group {
  readonly id: string;
  readonly workflow: string;
  /** The task that is stuck, or whose undo failed. */
  readonly task: string;
  readonly undo: boolean;
  readonly error: string;
  readonly cases: readonly Case[];
}

/** The largest groups first. */
export function groupsOf(instances: readonly Instance[]): Group[] {
  const found = new Map<string, Group & { cases: Case[] }>();
  for (const instance of instances) {
    for (const incident of instance.incidents) {
      const error = shortOf(incident.error);
      const id = [instance.workflow, incident.reference, incident.undo, error].join("\n");
      const group = found.get(id) ?? {
        id,
        workflow: instance.workflow,
        task: incident.reference.split("/").at(-1) ?? incident.reference,
        undo: incident.undo,
        error,
        cases: [],
      };
      group.cases.push({ instance, incident });
      found.set(id, group);
    }
  }
  return [...found.values()].sort((a, b) => b.cases.length - a.cases.length);
}
