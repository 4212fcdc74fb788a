/** Where a page fails, that is told in its place; the way to the others stays. */
import { Component, type ReactNode } from "react";
import { Notice } from "../ui/Notice";

interface Props {
  /** Another place is another try. */
  readonly place: string;
  readonly children: ReactNode;
}

interface Failed {
  readonly error: Error | undefined;
  readonly place: string;
}

export class Boundary extends Component<Props, Failed> {
  override state: Failed = { error: undefined, place: this.props.place };

  static getDerivedStateFromError(error: Error): Partial<Failed> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: Failed): Failed | null {
    return props.place === state.place ? null : { error: undefined, place: props.place };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <section className="page">
        <h1>This page has failed</h1>
        <Notice error={error} />
        <p className="muted">That is a fault of the studio. What you have typed is kept in this browser.</p>
        <button type="button" className="button" onClick={() => location.reload()}>
          Load it again
        </button>
      </section>
    );
  }
}
