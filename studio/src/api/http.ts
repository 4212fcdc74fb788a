/** Requests to the server that has served this page. What it refuses is thrown as the problem that it tells. */
import { tab } from "../ui/storage";

export interface Diagnostic {
  readonly code: string;
  readonly severity: "error" | "warning" | "information";
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly pointer: string;
  readonly hint?: string | null;
}

/** RFC 9457. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId?: string;
  readonly diagnostics?: readonly Diagnostic[];
}

export class Refused extends Error {
  constructor(readonly problem: ProblemDetails) {
    super(problem.detail || problem.title);
    this.name = "Refused";
  }
}

/** No answer at all: the server is away, or the network is. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

const TOKEN = "counterpoint.token";
const UNAUTHORIZED = 401;
const NOT_MODIFIED = 304;

/** Kept for this tab alone. */
export const token = {
  get: (): string | null => tab.get(TOKEN),
  set: (value: string): boolean => tab.set(TOKEN, value),
};

/** No token of a server has other characters, and no header can have them: with one it is the wrong token, and no failure. */
export const bearing = (bearer: string): string => `Bearer ${bearer.replace(/[^\x21-\x7e]/g, "?")}`;

/** Told whenever the server asks for a token, or for another one. */
export const unauthorized = new EventTarget();

export interface Sending {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly json?: unknown;
  readonly yaml?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Whether it is sent to its end even when the page goes away. */
  readonly keepalive?: boolean;
}

export async function ask<T>(path: string, sending: Sending = {}): Promise<T> {
  const headers = new Headers(sending.headers);
  headers.set("Accept", "application/json");
  const bearer = token.get();
  if (bearer) headers.set("Authorization", bearing(bearer));
  const body = sending.yaml ?? (sending.json === undefined ? null : JSON.stringify(sending.json));
  if (body !== null) headers.set("Content-Type", sending.yaml === undefined ? "application/json" : "application/yaml");
  const method = sending.method ?? (body === null ? "GET" : "POST");
  const { signal = null, keepalive = false } = sending;
  const answer = await heard(fetch(path, { method, headers, body, signal, keepalive, credentials: "same-origin" }));
  // Also what has begun to come can be cut off, by the network or by whoever needs it no longer.
  const told = read(await heard(answer.text()));
  if ((answer.ok || answer.status === NOT_MODIFIED) && told !== UNREADABLE) return told as T;
  if (answer.status === UNAUTHORIZED) unauthorized.dispatchEvent(new Event("asked"));
  throw new Refused(isProblem(told) ? told : unknownProblem(answer));
}

async function heard<T>(coming: Promise<T>): Promise<T> {
  try {
    return await coming;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable("the server cannot be reached; what you have typed stays here");
  }
}

const UNREADABLE = Symbol("no JSON");

/** `undefined` where there is no body. */
function read(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return UNREADABLE;
  }
}

const isProblem = (value: unknown): value is ProblemDetails =>
  typeof value === "object" && value !== null && "title" in value && "status" in value;

const unknownProblem = (answer: Response): ProblemDetails => ({
  type: "about:blank",
  title: answer.statusText || "the request failed",
  status: answer.status,
  detail: "the answer was none that the studio knows; is something between it and the server?",
});
