/** Markdown as it reads. HTML in it is text, and nothing is loaded from elsewhere. */
import { default as Markdown, type MarkdownToJSX } from "markdown-to-jsx/react";

export default function Reading({ text }: { text: string }) {
  return <Markdown options={OPTIONS}>{text}</Markdown>;
}

const OPTIONS: MarkdownToJSX.Options = {
  disableParsingRawHTML: true,
  forceBlock: true,
  overrides: {
    a: { props: { target: "_blank", rel: "noreferrer" } },
    // An image would be asked for from another host.
    img: ({ alt }: { alt?: string }) => <span>{alt ?? ""}</span>,
    h1: "h4",
    h2: "h4",
    h3: "h5",
  },
};
