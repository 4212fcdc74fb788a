/** The editor of expressions, when it has come: it is loaded once for all fields. */
import { type ComponentType, type RefObject, useEffect, useRef, useState } from "react";
import { whenPainted } from "../ui/painted";
import type { CodeFieldProps } from "./CodeField";

let loaded: ComponentType<CodeFieldProps> | undefined;

interface Coming {
  readonly Code: ComponentType<CodeFieldProps> | undefined;
  /** Whether the plain field had the focus when the editor took its place. */
  readonly focused: RefObject<boolean>;
}

/** `plain` is the field that stands in its place until then. */
export function useCodeField(plain: RefObject<HTMLInputElement | null>): Coming {
  const [Code, setCode] = useState<ComponentType<CodeFieldProps>>();
  const focused = useRef(false);
  useEffect(() => {
    let wanted = true;
    const show = (found: ComponentType<CodeFieldProps>): void => {
      loaded = found;
      if (!wanted) return;
      focused.current = document.activeElement === plain.current && plain.current !== null;
      setCode(() => found);
    };
    // An editor takes longer to make than a step to draw: it comes when the page has been painted.
    const stop = whenPainted(() => {
      if (loaded) show(loaded);
      // Where it cannot be loaded the plain field does all that is needed.
      else
        import("./CodeField").then(
          (module) => show(module.default),
          () => undefined,
        );
    });
    return () => {
      wanted = false;
      stop();
    };
  }, [plain]);
  return { Code, focused };
}
