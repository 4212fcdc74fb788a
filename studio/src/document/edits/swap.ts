/** Two neighbours change places. */
import { type Edit, startsLine, withLeadingComments } from "../splice";
import type { Range } from "../task";

/**
 * Exchange two stretches of a text, the first before the second. With `lines` each takes along the comment lines above
 * it, where both begin a line.
 */
export function exchange(text: string, one: Range, other: Range, lines = false): Edit {
  const [first, second] = lines && startsLine(text, one[0]) ? [led(text, one), led(text, other)] : [one, other];
  return [
    { from: first[0], to: first[1], insert: text.slice(...second) },
    { from: second[0], to: second[1], insert: text.slice(...first) },
  ];
}

/** From the first comment line above, without the white space before it: that stays where it is. */
function led(text: string, [from, to]: Range): Range {
  const line = withLeadingComments(text, from);
  return [line + text.slice(line, from).search(/\S|$/), to];
}
