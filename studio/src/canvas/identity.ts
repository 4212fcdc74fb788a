/**
 * Names for what is drawn that outlast an edit. A JSON pointer counts the tasks above, so that all pointers below a step
 * that is put in are others; without the counts they stay, and so does what the browser has drawn for them.
 */

/** One name for each pointer, in order; no two are the same. */
export function lastingNames(pointers: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return pointers.map((pointer) => {
    const name = pointer.replace(/\/\d+(?=\/|$)/g, "");
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name} ${times}`;
  });
}
