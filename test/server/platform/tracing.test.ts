import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { ToolError } from "../../../src/server/platform/errors.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { openOtlp } from "../../../src/server/platform/otlp.ts";
import { createTracing, currentTrace, inTrace, outsideTraces } from "../../../src/server/platform/tracing.ts";
import type { Span } from "../../../src/server/platform/tracing.ts";
import { traceparentOf } from "../../../src/protocol/traceContext.ts";
import { until } from "../../support/until.ts";

const context = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", sampled: true };

describe("spans", () => {
  it("are children of what is around them, over awaits, and side by side", async () => {
    const spans: Span[] = [];
    const tracing = createTracing((span) => spans.push(span));
    await inTrace(traceparentOf(context), async () => {
      await tracing.span({ name: "outer", kind: "server" }, async () => {
        const inner = (name: string) =>
          tracing.span({ name, kind: "internal" }, async ({ set }) => {
            await new Promise((resolve) => setTimeout(resolve, 2));
            set({ pears: name.length });
          });
        await Promise.all([inner("apple"), inner("pear")]);
      });
    });
    const outer = spans.find(({ name }) => name === "outer");
    assert.equal(outer?.parentId, context.spanId);
    for (const name of ["apple", "pear"]) {
      const span = spans.find((each) => each.name === name);
      assert.equal(span?.parentId, outer.context.spanId);
      assert.equal(span.context.traceId, context.traceId);
      assert.deepEqual(span.attributes, { pears: name.length });
    }
    assert.equal(currentTrace(), undefined);
  });

  it("say of a failure its class alone, and pass it on", async () => {
    const spans: Span[] = [];
    const tracing = createTracing((span) => spans.push(span));
    const failing = (error: Error) =>
      tracing.span({ name: "press", kind: "internal" }, () => Promise.reject(error)).catch((caught: unknown) => caught);
    const refusal = new ToolError("NOT_FOUND", "The file secret.txt is not there.", "Look elsewhere.");
    assert.equal(await failing(refusal), refusal);
    await failing(new TypeError("secret.txt"));
    assert.deepEqual(
      spans.map(({ error }) => error),
      ["NOT_FOUND", "INTERNAL"],
    );
    assert.ok(!JSON.stringify(spans).includes("secret.txt"));
  });

  it("have no part in what their work begins and leaves running", async () => {
    const tracing = createTracing();
    const seen = await tracing.span({ name: "press", kind: "internal" }, async () => {
      const inside = await new Promise((resolve) => setTimeout(() => resolve(currentTrace()), 1));
      const outside = new Promise((resolve) => {
        outsideTraces(() => setTimeout(() => resolve(currentTrace()), 1));
      });
      return [inside, await outside];
    });
    assert.notEqual(seen[0], undefined);
    assert.equal(seen[1], undefined);
  });

  it("of a trace that is not sampled go nowhere, and pass the trace on", async () => {
    const spans: Span[] = [];
    const tracing = createTracing((span) => spans.push(span));
    await inTrace(traceparentOf({ ...context, sampled: false }), () =>
      tracing.span({ name: "quiet", kind: "internal" }, async () => {
        assert.equal(currentTrace()?.traceId, context.traceId);
        await Promise.resolve();
      }),
    );
    assert.deepEqual(spans, []);
  });
});

describe("the export of spans", function () {
  const span = (name: string): Span => ({
    ...{ name, kind: "internal", context, startedAt: 1_000, endedAt: 1_500, attributes: {} },
  });

  it("waits for a collector that is away, says so once, and has lost nothing when it is back", async () => {
    const lines: string[] = [];
    const received: string[] = [];
    let isAway = true;
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        if (!isAway) received.push(...[...body.matchAll(/"name":"(span-\d)"/g)].map(([, name]) => name ?? ""));
        response.writeHead(isAway ? 503 : 200, { "content-type": "application/json" }).end("{}");
        if (isAway) lines.push("refused");
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const log = createLogger((line) => lines.push(line));
    const otlp = openOtlp({ endpoint: `http://127.0.0.1:${String(port)}/`, version: "1", log });
    otlp.sink(span("span-1"));
    await until(() => lines.includes("refused"));
    isAway = false;
    await until(() => received.includes("span-1"), 15_000);
    otlp.sink(span("span-2"));
    const before = performance.now();
    await otlp.dispose();
    assert.ok(performance.now() - before < 4_000);
    assert.deepEqual(received, ["span-1", "span-2"]);
    server.close();
  });

  it("does not delay the end of the server for a collector that is not there", async () => {
    const log = createLogger(() => undefined);
    const otlp = openOtlp({ endpoint: "http://127.0.0.1:9", version: "1", log });
    for (let index = 0; index < 10_000; index++) otlp.sink(span("span-0"));
    const before = performance.now();
    await otlp.dispose();
    assert.ok(performance.now() - before < 4_000, `${String(performance.now() - before)} ms`);
  });
});
