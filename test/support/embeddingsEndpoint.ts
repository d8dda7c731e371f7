import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface EmbeddingsRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly model: string;
  readonly texts: readonly string[];
}

/** What it does with a request instead of answering it well. */
export type Fault =
  | { readonly status: number; readonly retryAfter?: number }
  | { readonly body: unknown }
  /** No answer at all. */
  | "silent"
  /** The connection is closed. */
  | "closed";

export interface EmbeddingsEndpoint {
  /** With /v1, as a user sets it. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly EmbeddingsRequest[];
  /** Every text that it got, in order. */
  texts(): readonly string[];
  forget(): void;
  close(): Promise<void>;
}

interface EndpointOptions {
  readonly port?: number;
  readonly dimensions?: number | ((request: number) => number);
  /** Of each request by its number, from 0. */
  fault?(request: number): Fault | undefined;
  /** How long each answer takes. */
  readonly delayMs?: number;
}

/** Words that mean the same: its vectors have a meaning that no code of ours knows. */
const synonyms: readonly (readonly string[])[] = [
  ["apple", "apples", "fruit", "pear", "pears"],
  ["price", "cost", "money", "amount", "total"],
  ["delete", "remove", "erase", "forget"],
  ["login", "password", "authenticate", "credentials"],
  ["file", "document", "disk"],
  ["retry", "again", "repeat", "backoff"],
];
const meanings = new Map(synonyms.flatMap((words) => words.map((word) => [word, words[0] ?? word] as const)));

/** Counts of words, each in the dimension that its hash says. */
export function meaningOf(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .match(/[a-z]{3,}/g) ?? []) {
    const digest = createHash("md5")
      .update(meanings.get(word) ?? word)
      .digest();
    const at = digest.readUInt32LE(0) % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  return vector;
}

/** Stands in for a provider of embeddings: OpenAI's `POST /embeddings`. */
export async function startEmbeddings(options: EndpointOptions = {}): Promise<EmbeddingsEndpoint> {
  const { port = 0, dimensions = 512, fault, delayMs = 0 } = options;
  let requests: EmbeddingsRequest[] = [];
  let count = 0;
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const body = JSON.parse(text) as { model: string; input: string[] };
      requests.push({ path: request.url ?? "", headers: request.headers, model: body.model, texts: body.input });
      const number = count++;
      const wrong = fault?.(number);
      if (wrong === "silent") return;
      if (wrong === "closed") return void request.socket.destroy();
      if (wrong !== undefined && "status" in wrong) {
        const wait = wrong.retryAfter === undefined ? {} : { "retry-after": String(wrong.retryAfter) };
        response.writeHead(wrong.status, wait).end(`Not for ${String(request.headers.authorization)}: ${text}`);
        return;
      }
      const size = typeof dimensions === "number" ? dimensions : dimensions(number);
      const data = body.input.map((input, index) => ({
        object: "embedding",
        index,
        embedding: meaningOf(input, size),
      }));
      const usage = { prompt_tokens: body.input.length * 10, total_tokens: body.input.length * 10 };
      const answer = wrong?.body ?? { object: "list", model: body.model, data: data.toReversed(), usage };
      setTimeout(() => {
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
      }, delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${String(bound)}/v1`,
    port: bound,
    get requests() {
      return requests;
    },
    texts: () => requests.flatMap(({ texts }) => texts),
    forget() {
      requests = [];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
