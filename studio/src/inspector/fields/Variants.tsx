import { setValue } from "../../document/edits/values";
import type { Shape } from "../fields";
import { useScope, valueAt } from "../scope";
import type { Composed } from "./controlled";

interface Props extends Composed<Shape & { kind: "variants" }> {
  readonly optional: boolean;
}

/** One of several forms, and below it the fields of that form. */
export function Variants({ shape, path, label, draw, optional }: Props) {
  const { model, apply, names } = useScope();
  const value = valueAt(model, path);
  const chosen = shape.variants.findIndex((each) => each.fits(value));
  const form = shape.variants[chosen];
  return (
    <div className="variants">
      <select
        aria-label={`${label}: form`}
        value={chosen}
        onChange={(event) => {
          const wanted = shape.variants[Number(event.target.value)];
          if (wanted) apply(setValue(model, path, wanted.begin(names, value)));
        }}
      >
        {chosen < 0 ? <option value={-1}>choose …</option> : null}
        {shape.variants.map((each, index) => (
          <option key={each.label} value={index}>
            {each.label}
          </option>
        ))}
      </select>
      {form ? draw(form.shape, path, label, optional) : null}
    </div>
  );
}
