// The peer's side of the load benchmark: the saga of bench/sagas.py as a Restate handler, each step a `ctx.run`.
// Listens on this machine alone. Its number of finished sagas is at /finished of the second port.

import * as http from "node:http";
import * as http2 from "node:http2";
import * as restate from "@restatedev/restate-sdk";

const STEPS = ["createOrder", "chargePayment", "reserveStock", "scheduleDelivery"];
let finished = 0;

const answer = async (order) => ({ order, ok: true });

const saga = restate.service({
  name: "saga",
  handlers: {
    run: async (ctx, { order }) => {
      let output;
      for (const step of STEPS) output = await ctx.run(step, () => answer(order));
      finished += 1;
      return output;
    },
  },
});

const [port, countPort] = process.argv.slice(2).map(Number);
http2.createServer(restate.createEndpointHandler({ services: [saga] })).listen(port, "127.0.0.1");
http.createServer((_, response) => response.end(String(finished))).listen(countPort, "127.0.0.1");
