/** What a new workflow may begin with. */
import approval from "./templates/approval.yaml?raw";
import batch from "./templates/batch.yaml?raw";
import blank from "./templates/blank.yaml?raw";
import checkout from "./templates/checkout.yaml?raw";
import choreography from "./templates/choreography.yaml?raw";
import retry from "./templates/retry.yaml?raw";

export interface Template {
  readonly id: string;
  readonly title: string;
  /** What it is for, in a sentence. */
  readonly told: string;
  readonly text: string;
}

const BLANK: Template = { id: "blank", title: "Blank", told: "Begin with nothing, and add step by step.", text: blank };

export const TEMPLATES: readonly Template[] = [
  {
    id: "checkout",
    title: "Checkout saga",
    told: "An order, its payment and its delivery; when one of them fails, those before it are undone.",
    text: checkout,
  },
  {
    id: "approval",
    title: "Approval by a person",
    told: "Ask, wait three days for an answer, and go on the one way or the other.",
    text: approval,
  },
  {
    id: "batch",
    title: "A batch",
    told: "The same for every item of a list; what fails in passing is tried again.",
    text: batch,
  },
  {
    id: "retry",
    title: "Retry with undo",
    told: "A step that is tried again patiently, and taken back when it fails for good.",
    text: retry,
  },
  {
    id: "choreography",
    title: "Event choreography",
    told: "An event starts it, another one is waited for, and a third tells of the end.",
    text: choreography,
  },
  BLANK,
];

export const templateOf = (id: string): Template => TEMPLATES.find((each) => each.id === id) ?? BLANK;
