/** Requests to the server that has served this page. What it refuses is thrown as the problem that it tells. */

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

/** Kept for this tab alone. */
export const token = {
  get: (): string | null => sessionStorage.getItem(TOKEN),
  set: (value: string): void => sessionStorage.setItem(TOKEN, value),
};

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
  if (bearer) headers.set("Authorization", `Bearer ${bearer}`);
  const body = sending.yaml ?? (sending.json === undefined ? null : JSON.stringify(sending.json));
  if (body !== null) headers.set("Content-Type", sending.yaml === undefined ? "application/json" : "application/yaml");
  const method = sending.method ?? (body === null ? "GET" : "POST");
  let answer: Response;
  try {
    const { signal = null, keepalive = false } = sending;
    answer = await fetch(path, { method, headers, body, signal, keepalive, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable("the server cannot be reached; what you have typed stays here");
  }
  if (answer.status === 204 || answer.status === 304) return undefined as T;
  const told: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return told as T;
  if (answer.status === UNAUTHORIZED) unauthorized.dispatchEvent(new Event("asked"));
  throw new Refused(isProblem(told) ? told : unknownProblem(answer));
}

const isProblem = (value: unknown): value is ProblemDetails =>
  typeof value === "object" && value !== null && "title" in value && "status" in value;

const unknownProblem = (answer: Response): ProblemDetails => ({
  type: "about:blank",
  title: answer.statusText || "the request failed",
  status: answer.status,
  detail: "the answer was none that the studio knows; is something between it and the server?",
});
