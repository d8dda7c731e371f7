import { pipeline } from "node:stream";
import type { Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { ToolError } from "../errors.ts";

const decoders: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);
/** Each could make the answer a thousand times as large. */
const mostCodings = 2;

interface BodyOptions {
  /** The header `content-encoding`. */
  readonly encoding: string | undefined;
  /** Bytes after decompression. */
  readonly most: number;
}

/** A whole answer, decompressed, up to a limit that is counted as it grows. */
export async function readBody(body: Readable, { encoding = "", most }: BodyOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decompressed(body, encoding)) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > most) {
      const limit = `${String(most / 2 ** 20)} MB`;
      throw new ToolError("TOO_LARGE", `The answer is larger than ${limit}.`, "Ask for a smaller part.");
    }
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

function decompressed(body: Readable, encoding: string): AsyncIterable<unknown> {
  const codings = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  const steps = codings.map((name) => decoders.get(name));
  if (steps.length > mostCodings || steps.includes(undefined)) {
    body.destroy();
    throw new ToolError(
      "NOT_READY",
      "The answer is compressed in a way that was not asked for.",
      "Call another address.",
    );
  }
  // The last coding was applied last.
  return steps.reduceRight<Readable>((from, make) => (make ? pipeline(from, make(), () => undefined) : from), body);
}
