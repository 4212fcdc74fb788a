/** Colours for jq. Nothing here judges an expression: the server does. */
import { StreamLanguage, type StringStream } from "@codemirror/language";

interface State {
  /** For each string that is open: how many brackets are open in its interpolation; -1 while in the text itself. */
  readonly strings: number[];
}

const KEYWORDS = /^(?:if|then|elif|else|end|as|def|reduce|foreach|try|catch|and|or|not|label|import|include)(?![\w:])/;

export const jq = StreamLanguage.define<State>({
  name: "jq",
  startState: () => ({ strings: [] }),
  copyState: ({ strings }) => ({ strings: [...strings] }),
  token(stream, { strings }) {
    if (strings.at(-1) === -1) return text(stream, strings);
    if (stream.eatSpace()) return null;
    if (stream.match(/^\$(?=\{)/)) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^\$[A-Za-z_]\w*/)) return "variableName";
    if (stream.match(/^\.(?:[A-Za-z_]\w*)?/)) return "propertyName";
    if (stream.match(/^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return "number";
    if (stream.match(KEYWORDS)) return "keyword";
    if (stream.match(/^(?:null|true|false)(?!\w)/)) return "bool";
    if (stream.match(/^@?[A-Za-z_]\w*/)) return null;
    const sign = String(stream.next());
    if (sign === '"') {
      strings.push(-1);
      return "string";
    }
    if (strings.length > 0) nested(sign, strings);
    return null;
  },
});

function text(stream: StringStream, strings: number[]): string {
  while (!stream.eol()) {
    if (stream.match(/^\\\(/)) {
      strings[strings.length - 1] = 0;
      return "string";
    }
    const sign = stream.next();
    if (sign === "\\") stream.next();
    if (sign === '"') {
      strings.pop();
      return "string";
    }
  }
  return "string";
}

/** Brackets within an interpolation; the one that closes it leads back to the text. */
function nested(sign: string, strings: number[]): void {
  const depth = strings.at(-1) ?? 0;
  if (sign === "(") strings[strings.length - 1] = depth + 1;
  if (sign === ")") strings[strings.length - 1] = depth === 0 ? -1 : depth - 1;
}
