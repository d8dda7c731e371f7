// The real OpenTelemetry collector: what it received, read from the file that it writes.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { realParts } from "../../scripts/lib/realParts.ts";
import { freePort } from "./freePort.ts";
import { startService } from "./processes.ts";
import { until } from "./until.ts";

/** A span as the collector writes it, with its attributes by name. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** "" for the first of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly failed: boolean;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  readonly end: bigint;
}

export interface Collector {
  /** Base address for OTLP over HTTP. */
  readonly url: string;
  spans(): readonly ReceivedSpan[];
  /** All that was received, as it was written. */
  text(): string;
  stop(): Promise<void>;
}

interface Written {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly WrittenSpan[] }[];
  }[];
}
interface WrittenSpan extends Omit<ReceivedSpan, "attributes" | "failed" | "start" | "end"> {
  readonly parentSpanId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status?: { readonly code?: number };
}

export async function startCollector(port?: number): Promise<Collector> {
  const { present, command, install } = realParts().collector;
  if (!present) throw new Error(`The OpenTelemetry collector is not there: run \`${install}\``);
  const folder = mkdtempSync(path.join(tmpdir(), "lfc-collector-"));
  const file = path.join(folder, "spans.jsonl");
  const at = port ?? (await freePort());
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${String(at)}` } } } },
    exporters: { file: { path: file, flush_interval: "100ms" } },
    service: {
      telemetry: { metrics: { level: "none" } },
      pipelines: { traces: { receivers: ["otlp"], exporters: ["file"] } },
    },
  };
  const configFile = path.join(folder, "config.json");
  writeFileSync(configFile, JSON.stringify(config));
  const service = startService({
    ...{ command, args: ["--config", `file:${configFile}`], env: {}, cwd: folder },
    ...{ logFile: path.join(folder, "log"), maxSeconds: 600, maxMegabytes: 4_000 },
  });
  await until(async () => {
    const ended = service.exited();
    if (ended !== undefined) throw new Error(`The collector ${ended}: ${service.logTail()}`);
    return listens(at);
  });
  const text = () => (existsSync(file) ? readFileSync(file, "utf8") : "");
  return {
    url: `http://127.0.0.1:${String(at)}`,
    text,
    spans: () =>
      text()
        .split("\n")
        .filter((line) => line.endsWith("}"))
        .flatMap((line) => (JSON.parse(line) as Written).resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans.map(received)),
    async stop() {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function received(span: WrittenSpan): ReceivedSpan {
  const { traceId, spanId, parentSpanId, name, startTimeUnixNano, endTimeUnixNano, attributes = [], status } = span;
  return {
    ...{ traceId, spanId, parentSpanId, name, failed: status?.code === 2 },
    ...{ start: BigInt(startTimeUnixNano), end: BigInt(endTimeUnixNano) },
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])])),
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", end(true)).on("error", end(false));
  });
}
