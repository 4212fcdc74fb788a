/** Server-sent events with the token of this page, which `EventSource` could not send. Goes on after a cut where it was. */
import { bearing, token, unauthorized } from "./http";

export interface Sent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

const PAUSE_MS = 1_000;

/**
 * Call `told` with each event until the signal is aborted or the server says that there is, or will be, no more.
 * `last` is the id of an event that is known already: what follows it is told.
 */
export async function follow(
  path: string,
  told: (event: Sent) => void,
  signal: AbortSignal,
  last?: string,
): Promise<void> {
  signal.addEventListener("abort", () => away.note(false), { once: true });
  while (!signal.aborted) {
    try {
      const answer = await opened(path, last, signal);
      if (answer.status === 204 || answer.status === 404) return;
      if (answer.status === 401) unauthorized.dispatchEvent(new Event("asked"));
      if (answer.ok && answer.body) {
        for await (const event of events(answer.body)) {
          last = event.id || last;
          told(event);
        }
      }
    } catch {
      if (signal.aborted) return;
    }
    await pause(PAUSE_MS, signal);
  }
}

async function opened(path: string, last: string | undefined, signal: AbortSignal): Promise<Response> {
  try {
    const answer = await open(path, last, signal);
    away.note(false);
    return answer;
  } catch (error) {
    if (!signal.aborted) away.note(true);
    throw error;
  }
}

/** Whether the server could not be reached when it was followed last. What is shown is then as it was. */
export const away = {
  now: false,
  listeners: new Set<() => void>(),
  get: (): boolean => away.now,
  subscribe: (listener: () => void): (() => void) => {
    away.listeners.add(listener);
    return () => away.listeners.delete(listener);
  },
  note(now: boolean): void {
    if (away.now === now) return;
    away.now = now;
    for (const listener of away.listeners) listener();
  },
};

function open(path: string, last: string | undefined, signal: AbortSignal): Promise<Response> {
  const headers = new Headers({ Accept: "text/event-stream" });
  const bearer = token.get();
  if (bearer) headers.set("Authorization", bearing(bearer));
  if (last) headers.set("Last-Event-ID", last);
  return fetch(path, { headers, signal, credentials: "same-origin" });
}

/** The events of a body, as the HTML standard has them. */
export async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<Sent> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const parts = rest.split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const event = read(part);
      if (event) yield event;
    }
  }
}

function read(part: string): Sent | undefined {
  const fields = new Map<string, string>();
  for (const line of part.split("\n")) {
    const [name = "", ...value] = line.split(":");
    if (name) fields.set(name, value.join(":").replace(/^ /, ""));
  }
  const data = fields.get("data");
  return data === undefined ? undefined : { id: fields.get("id") ?? "", type: fields.get("event") ?? "message", data };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
