/**
 * What is typed over a selection. Left alone, Chromium carries the colour of what was selected over to the new text as
 * a style of its own making, which the content security policy refuses with a complaint.
 */
import { EditorView } from "@codemirror/view";

export const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType } = event as InputEvent;
    if (inputType !== "insertText" || data === null || view.composing) return false;
    // Of the page and not of the state, which learns of a selection a moment later.
    const shown = document.getSelection();
    if (!shown?.anchorNode || !shown.focusNode || shown.isCollapsed) return false;
    const ends = [
      view.posAtDOM(shown.anchorNode, shown.anchorOffset),
      view.posAtDOM(shown.focusNode, shown.focusOffset),
    ];
    const [from, to] = [Math.min(...ends), Math.max(...ends)];
    event.preventDefault();
    const insert = () =>
      view.state.update({
        changes: { from, to, insert: data },
        selection: { anchor: from + data.length },
        userEvent: "input.type",
        scrollIntoView: true,
      });
    // Others come first, such as what puts brackets around a selection.
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handler) => handler(view, from, to, data, insert))) view.dispatch(insert());
    return true;
  },
});
