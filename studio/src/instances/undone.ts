/** The undo of a step as it is selected: `/do/0/charge#undo`. What runs for it has pointers of its own. */

/** The step whose undo it is; undefined where it is a step itself. */
export const undoneBy = (selected: string): string | undefined =>
  selected.endsWith("#undo") ? selected.slice(0, -"#undo".length) : undefined;

/** The step that a step of an undo undoes; undefined for what is no undo's own. By the server's name of it, see `isOf`. */
export const stepUndoneBy = (reference: string): string | undefined =>
  /^(.+)\/compensate\/do\/\d+\/[^/]+$/.exec(reference)?.[1];

/** Whether a run is of what is selected. The server names what undoes a step by the author form, a function too. */
export function isOf(reference: string, selected: string): boolean {
  const undone = undoneBy(selected);
  return undone === undefined ? reference === selected : reference.startsWith(`${undone}/compensate/`);
}
