/**
 * Where an expression stands in its step, and so what `.` is:
 *
 * - `condition` (`if`) and `input` (`input.from`): what flows in;
 * - `argument` (`with`, `set`, `when` of a case, `for.in`, and all else that the step does): its shaped input;
 * - `output` (`output.as`): what the step gives; `export` (`export.as`): its shaped output;
 * - `error` (`catch.when`, `retry.when`): the error.
 */
export type Place = "condition" | "input" | "argument" | "output" | "export" | "error";
