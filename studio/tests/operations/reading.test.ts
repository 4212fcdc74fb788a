// @vitest-environment happy-dom
/** What is known of operations that only read, from the documents that were read in this tab. */
import { beforeEach, expect, test, vi } from "vitest";
import type { ServiceOperation } from "../../src/api/services";

const operation = (operationId: string, method: string): ServiceOperation => ({
  operationId,
  method,
  path: "/x",
  summary: null,
  undoneBy: null,
  arguments: [],
});
const HERE = "https://shop.example.com/openapi.json";

/** As it is when a page is loaded. */
async function loaded() {
  vi.resetModules();
  return import("../../src/operations/reading");
}

beforeEach(() => sessionStorage.clear());

test("safe methods only read; the tab knows it when the page is loaded anew", async () => {
  const { learn } = await loaded();
  learn(HERE, [operation("list", "get"), operation("look", "head"), operation("charge", "post")]);
  const { reading } = await loaded();
  expect(reading()).toEqual(new Map([[HERE, new Set(["list", "look"])]]));
});

test("a document that is read again says what holds from then on", async () => {
  const { learn, reading } = await loaded();
  learn(HERE, [operation("list", "get"), operation("look", "get")]);
  learn(HERE, [operation("list", "post"), operation("look", "get")]);
  expect(reading().get(HERE)).toEqual(new Set(["look"]));
});

test("of an address that is worked out at each call nothing is known", async () => {
  const { learn, reading } = await loaded();
  for (const each of ["${ .service }", "https://{host}/openapi.json"]) learn(each, [operation("list", "get")]);
  expect(reading().size).toBe(0);
});
