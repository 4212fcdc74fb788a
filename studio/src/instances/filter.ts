/** What is asked for in the address, as the server takes it. */

export const STATUSES = ["running", "waiting", "suspended", "faulted", "cancelled", "completed"] as const;

const PLAIN = ["workflow", "version", "waitsFor", "errorType", "saga", "correlation", "parent"] as const;
const TIMES = ["createdFrom", "createdTo", "endedFrom", "endedTo", "dueFrom", "dueTo"] as const;

/** The statuses that are asked for, in their order; none is all. */
export const statusesOf = (status: string | null | undefined): readonly string[] =>
  STATUSES.filter((each) => (status ?? "").split(",").includes(each));

/** What stands in the address once one status more is asked for, or one less. */
export function withStatus(status: string | null | undefined, toggled: string): string | undefined {
  const chosen = statusesOf(status);
  const next = STATUSES.filter((each) => chosen.includes(each) !== (each === toggled));
  return next.length === 0 || next.length === STATUSES.length ? undefined : next.join(",");
}

/** How long ago an instance may have started, in ms. */
export const SINCE: Readonly<Record<string, { readonly word: string; readonly ms: number }>> = {
  "15m": { word: "the last 15 minutes", ms: 900_000 },
  "1h": { word: "the last hour", ms: 3_600_000 },
  "24h": { word: "the last 24 hours", ms: 86_400_000 },
  "7d": { word: "the last 7 days", ms: 604_800_000 },
};

export const WAITS: Readonly<Record<string, string>> = {
  timer: "a time",
  retry: "the next try",
  event: "an event",
  incident: "a decision",
  resume: "somebody to resume it",
};

export type Filter = Readonly<Record<string, string>>;

/** The filter in the address, without what is found by `find`. Times that are none are left out: the bar says so. */
export function filterOf(search: URLSearchParams): Filter {
  const filter: Record<string, string> = {};
  const status = search.get("status");
  if (status) filter.status = status;
  for (const name of PLAIN) {
    const value = search.get(name);
    if (value) filter[name] = value;
  }
  const key = search.get("businessKey");
  if (key) filter.businessKey = key;
  const since = search.get("since");
  if (since && since in SINCE) filter.since = since;
  for (const name of TIMES) {
    const moment = Date.parse(search.get(name) ?? "");
    if (!Number.isNaN(moment)) filter[name] = new Date(moment).toISOString();
  }
  return filter;
}

/** As the server takes it: what is relative to now becomes a time. */
export function asked({ since, ...filter }: Filter, now = Date.now()): Record<string, string> {
  const ago = since === undefined ? undefined : SINCE[since];
  return ago ? { ...filter, createdFrom: new Date(now - ago.ms).toISOString() } : { ...filter };
}

/** `event:shop.paid` and the other words that an instance waits with, for people. */
export function waitWord(word: string, due: string | null, now: number): string {
  if (word.startsWith("event:")) return word === "event:*" ? "any event" : `event ${word.slice("event:".length)}`;
  const told = WAITS[word] ?? word;
  if (due === null || (word !== "timer" && word !== "retry")) return told;
  const today = new Date(now).toISOString().slice(0, 10);
  const time = due.slice(0, 16).replace(`${today}T`, "").replace("T", " ");
  return word === "timer" ? `until ${time}` : `${told} at ${time}`;
}

/** The last part of an error's type: `timeout`. */
export const errorWord = (type: string): string => type.split("/").at(-1) || type;
