/** What comes of an answer that is cut off, is none, or is no JSON. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ask, Refused, Unreachable } from "../../src/api/http";

const answering = (answer: Response): void => {
  vi.stubGlobal("fetch", () => Promise.resolve(answer));
};

/** An answer whose body begins to come and then fails. */
const cutOff = (error: Error, status = 200): Response => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"items": ['));
      controller.error(error);
    },
  });
  return new Response(body, { status });
};

beforeEach(() => {
  vi.stubGlobal("sessionStorage", { getItem: () => null });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("is given as it came", async () => {
  answering(Response.json({ items: [1], next: null }));
  expect(await ask("/v1/x")).toEqual({ items: [1], next: null });
});

it("who needs it no longer is told so, not that there was nothing", async () => {
  answering(cutOff(new DOMException("aborted", "AbortError")));
  await expect(ask("/v1/x")).rejects.toMatchObject({ name: "AbortError" });
});

it.each([200, 503])("what the network cuts off with status %i is unreachable", async (status) => {
  answering(cutOff(new TypeError("network error"), status));
  await expect(ask("/v1/x")).rejects.toBeInstanceOf(Unreachable);
});

it.each([204, 304])("there is no body with status %i", async (status) => {
  answering(new Response(null, { status }));
  expect(await ask("/v1/x")).toBeUndefined();
});

it.each([200, 502])("what is no JSON comes from something else, with status %i", async (status) => {
  answering(new Response("<html>", { status }));
  const refused = await ask("/v1/x").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refused);
  expect(refused).toMatchObject({ problem: { status } });
});

it("a problem is told in its own words", async () => {
  answering(Response.json({ type: "x", title: "Taken", status: 409, detail: "it is taken" }, { status: 409 }));
  await expect(ask("/v1/x")).rejects.toThrow("it is taken");
});
