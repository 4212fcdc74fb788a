/**
 * A draft: the text that is being edited. Visual edits and typing are transactions of one CodeMirror state, so that they
 * share their undo. It lives without an editor on the page, and is kept in the browser until it is published.
 */
import { history, redo, redoDepth, undo, undoDepth } from "@codemirror/commands";
import {
  EditorState,
  type Extension,
  type StateCommand,
  StateEffect,
  Text,
  type TransactionSpec,
} from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { useSyncExternalStore } from "react";
import { isSound, parse } from "../document/parse";
import type { Edit } from "../document/splice";
import type { Model } from "../document/task";

export interface Shown {
  readonly text: string;
  /** Of the text as it stands, faults included. */
  readonly model: Model;
  /** The last one that could be drawn; the same as `model` while the text is sound. */
  readonly drawn: Model;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Whether it differs from what was opened or published last. */
  readonly changed: boolean;
}

export class Draft {
  private state: EditorState;
  private view: EditorView | undefined;
  private shown: Shown;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly key: string,
    private published: string,
  ) {
    const kept = localStorage.getItem(this.storage);
    this.state = EditorState.create({ doc: kept ?? published, extensions: [history()] });
    const model = parse(this.text);
    this.shown = this.showing(model, model);
  }

  get text(): string {
    return this.state.doc.toString();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Shown => this.shown;

  /** An edit as one step of undo. */
  apply(edit: Edit, userEvent = "input.visual"): void {
    if (edit.length > 0) this.dispatch({ changes: [...edit], userEvent, scrollIntoView: false });
  }

  undo(): void {
    this.command(undo);
  }

  redo(): void {
    this.command(redo);
  }

  /** The text was published, or opened anew: nothing is left to keep. */
  settle(published: string): void {
    this.published = published;
    localStorage.removeItem(this.storage);
    this.changedTo(this.state);
  }

  /** Give up what was typed. It can still be undone. */
  discard(): void {
    this.dispatch({ changes: { from: 0, to: this.state.doc.length, insert: Text.of(this.published.split("\n")) } });
  }

  /** An editor shows the draft; it takes part with these extensions until the returned function is called. */
  show(
    make: (state: EditorState, dispatched: (state: EditorState) => void) => EditorView,
    extensions: Extension,
  ): () => void {
    this.state = this.state.update({ effects: StateEffect.appendConfig.of(extensions) }).state;
    const view = make(this.state, (state) => this.changedTo(state));
    this.view = view;
    return () => {
      this.view = undefined;
      view.destroy();
    };
  }

  private command(command: StateCommand): void {
    command({ state: this.state, dispatch: (transaction) => this.changedTo(transaction.state, true) });
  }

  private dispatch(spec: TransactionSpec): void {
    if (this.view) this.view.dispatch(spec);
    else this.changedTo(this.state.update(spec).state);
  }

  private changedTo(state: EditorState, tell = false): void {
    const before = this.state;
    this.state = state;
    if (tell) this.view?.setState(state);
    const same = before.doc.eq(state.doc);
    const model = same ? this.shown.model : parse(this.text);
    this.shown = this.showing(
      model,
      same || isSound(model) ? (isSound(model) ? model : this.shown.drawn) : this.shown.drawn,
    );
    if (!same) this.keep();
    for (const listener of this.listeners) listener();
  }

  private showing(model: Model, drawn: Model): Shown {
    return {
      text: model.text,
      model,
      drawn,
      canUndo: undoDepth(this.state) > 0,
      canRedo: redoDepth(this.state) > 0,
      changed: model.text !== this.published,
    };
  }

  private keep(): void {
    if (this.text === this.published) localStorage.removeItem(this.storage);
    else localStorage.setItem(this.storage, this.text);
  }

  private get storage(): string {
    return `counterpoint.draft.${this.key}`;
  }
}

export const useDraft = (draft: Draft): Shown => useSyncExternalStore(draft.subscribe, draft.snapshot);
