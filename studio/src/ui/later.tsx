/** A part that is loaded when it is first shown. Where it cannot be, that is told in its place, and may be tried again. */
import { Component, type ComponentType, lazy, type ReactNode, useState } from "react";
import "./later.css";

type Load<Props> = () => Promise<{ readonly default: ComponentType<Props> }>;

class NotLoaded extends Error {
  override readonly name = "NotLoaded";
}

/** `lazy` of React remembers a failure for good; this one asks again. */
export function later<Props extends object>(load: Load<Props>): ComponentType<Props> {
  const ask = () =>
    lazy(() =>
      load().catch((error: unknown) => {
        throw new NotLoaded(String(error));
      }),
    );
  let latest = ask();
  // biome-ignore lint/correctness/noComponentHookFactories: made once for each part, as what `lazy` gives is
  return function Later(props: Props) {
    const [Part, setPart] = useState(() => latest);
    const again = (): void => {
      latest = ask();
      setPart(() => latest);
    };
    return (
      <Guard again={again}>
        <Part {...props} />
      </Guard>
    );
  };
}

interface Guarding {
  readonly again: () => void;
  readonly children: ReactNode;
}

class Guard extends Component<Guarding, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    // What fails otherwise is a fault of the page.
    if (!(error instanceof NotLoaded)) throw error;
    return (
      <div className="not-loaded" role="alert">
        <p>
          This part of the studio could not be loaded: the server cannot be reached, or is another version by now. What
          you have typed stays here.
        </p>
        <button
          type="button"
          className="button"
          onClick={() => {
            this.setState({ error: undefined });
            this.props.again();
          }}
        >
          Try again
        </button>
      </div>
    );
  }
}
