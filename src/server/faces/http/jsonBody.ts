import type { IncomingMessage, ServerResponse } from "node:http";
import { parseJson } from "../../platform/jsonText.ts";

export const maxBodyBytes = 10 * 1024 * 1024;

export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly code: number; readonly message: string };

/**
 * Reads a JSON request body: UTF-8 only, at most 64 levels deep, no repeated keys. What the head alone shows to be wrong
 * is refused before a byte of the body is read, and the bytes are counted while they are read.
 */
export async function readJsonBody(request: IncomingMessage, response: ServerResponse): Promise<JsonBody> {
  // Node.js takes the chunks apart and leaves other codings as they are: the limit would count what is still packed.
  if ((request.headers["transfer-encoding"] ?? "chunked").trim().toLowerCase() !== "chunked") {
    return { ok: false, status: 501, code: -32600, message: "Of the transfer codings only chunked is known." };
  }
  if (!/^application\/json(\s*;\s*charset\s*=\s*"?utf-8"?)?\s*$/i.test(request.headers["content-type"] ?? "")) {
    return { ok: false, status: 415, code: -32600, message: "Content-Type must be application/json in UTF-8." };
  }
  if ((request.headers["content-encoding"] ?? "identity") !== "identity") {
    return { ok: false, status: 415, code: -32600, message: "Send the body without Content-Encoding." };
  }
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return tooLarge;
  if (request.headers.expect !== undefined) response.writeContinue();
  const bytes = await bytesOf(request);
  if (!bytes) return tooLarge;
  const parsed = parseJson(bytes);
  return parsed.ok ? parsed : { status: 400, ...parsed };
}

const tooLarge: JsonBody = { ok: false, status: 413, code: -32600, message: "The body is larger than 10 MB." };

/** Undefined once it is too large. By events: to set up an async iterator costs more than to read a small body. */
function bytesOf(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) return void chunks.push(chunk);
      request.off("data", take).pause();
      resolve(undefined);
    };
    request.on("data", take);
    request.on("end", () => {
      resolve(Buffer.concat(chunks));
    });
    request.on("error", reject);
  });
}
