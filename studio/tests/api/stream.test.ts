import { expect, it } from "vitest";
import { events, type Sent } from "../../src/api/stream";

const body = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });

async function all(...chunks: string[]): Promise<Sent[]> {
  const found: Sent[] = [];
  for await (const event of events(body(...chunks))) found.push(event);
  return found;
}

it("events are read however the network cuts them", async () => {
  const text = 'retry: 1000\n\nid: 1.1\nevent: A\ndata: {"a": "x: y"}\n\n:\n\nid: 1.2\nevent: B\ndata: {}\n\n';
  const expected = [
    { id: "1.1", type: "A", data: '{"a": "x: y"}' },
    { id: "1.2", type: "B", data: "{}" },
  ];
  expect(await all(text)).toEqual(expected);
  expect(await all(...text)).toEqual(expected);
});

it("what is cut off in the middle of an event is not told", async () => {
  expect(await all("id: 1.1\nevent: A\ndata: {}\n\nid: 1.2\nevent: B\nda")).toEqual([
    { id: "1.1", type: "A", data: "{}" },
  ]);
});
