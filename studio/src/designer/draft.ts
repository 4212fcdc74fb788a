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
import { browser } from "../ui/storage";
import { KEPT } from "./kept";

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
  /** The text of the same draft in another tab, where that differs. Neither is thrown away for the other. */
  readonly elsewhere: string | undefined;
  /** Whether the browser keeps nothing of it: with this tab it would be lost. */
  readonly unkept: boolean;
}

export class Draft {
  private state: EditorState;
  private view: EditorView | undefined;
  private shown: Shown;
  private elsewhere: string | undefined;
  private kept: boolean;
  private readonly listeners = new Set<() => void>();

  private published: string;
  /** An editor's lines have no ends of their own: those of the document are put back when it is published. */
  private readonly ends: "\n" | "\r\n";

  constructor(
    readonly key: string,
    published: string,
  ) {
    this.ends = published.includes("\r\n") ? "\r\n" : "\n";
    this.published = published.replaceAll("\r\n", "\n");
    const kept = browser.get(this.storage);
    this.kept = browser.lasts(this.storage);
    this.state = EditorState.create({ doc: kept ?? this.published, extensions: [history()] });
    const model = parse(this.text);
    const before = isSound(model) ? model : parse(this.published);
    this.shown = this.showing(model, isSound(before) ? before : model);
  }

  get text(): string {
    return this.state.doc.toString();
  }

  /** The text as it is published, with the line ends that the document has. */
  get written(): string {
    return this.text.replaceAll("\n", this.ends);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.listeners.size === 0) addEventListener("storage", this.changedElsewhere);
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) removeEventListener("storage", this.changedElsewhere);
    };
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
    browser.remove(this.storage);
    this.changedTo(this.state);
  }

  /** Give up what was typed. It can still be undone. */
  discard(): void {
    this.replaceBy(this.published);
  }

  /** Take over the text of the other tab. What was here can still be undone. */
  takeOver(): void {
    const text = this.elsewhere;
    this.elsewhere = undefined;
    if (text !== undefined) this.replaceBy(text);
  }

  /** Keep the text of this tab: from its next change on it is the draft. */
  keepOwn(): void {
    this.elsewhere = undefined;
    this.keep();
    this.tell();
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

  private replaceBy(text: string): void {
    this.dispatch({ changes: { from: 0, to: this.state.doc.length, insert: Text.of(text.split("\n")) } });
  }

  private readonly changedElsewhere = (event: StorageEvent): void => {
    if (event.key !== this.storage) return;
    const text = event.newValue ?? this.published;
    this.elsewhere = text === this.text ? undefined : text;
    this.tell();
  };

  private tell(): void {
    this.shown = this.showing(this.shown.model, this.shown.drawn);
    for (const listener of this.listeners) listener();
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
    // What the editor shows of it (a selection, findings) is no news to anybody else.
    if (same && this.shown.changed === (this.text !== this.published)) return;
    const model = same ? this.shown.model : parse(this.text);
    if (!same) this.keep();
    this.shown = this.showing(
      model,
      same || isSound(model) ? (isSound(model) ? model : this.shown.drawn) : this.shown.drawn,
    );
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
      elsewhere: this.elsewhere,
      unkept: !this.kept,
    };
  }

  private keep(): void {
    this.kept = this.text === this.published ? browser.remove(this.storage) : browser.set(this.storage, this.text);
  }

  private get storage(): string {
    return `${KEPT}${this.key}`;
  }
}

const kept = (key: string): string => `counterpoint.draft.${key}`;

/** Whether the browser keeps a draft that is not published. */
export const draftKept = (key: string): boolean => browser.get(kept(key)) !== null;

export const useDraft = (draft: Draft): Shown => useSyncExternalStore(draft.subscribe, draft.snapshot);
