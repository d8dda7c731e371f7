import type { IncomingMessage, ServerResponse } from "node:http";

/** Four bodies of the largest size, or what comes within two seconds: what a sender has left after that is cut off. */
const bounds = { bytes: 40 * 1024 * 1024, ms: 2_000 };

/**
 * Ends an answer that is written, once its sender has sent the rest of the body or a bound is reached. A connection that is
 * closed while bytes come is reset, and a sender that reads only after it has written never sees the answer.
 */
export function endAfterBody(request: IncomingMessage, response: ServerResponse): void {
  let bytes = 0;
  const end = () => {
    clearTimeout(timer);
    request.off("data", count).pause();
    response.end();
  };
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > bounds.bytes) end();
  };
  const timer = setTimeout(end, bounds.ms);
  request.on("data", count).once("end", end).once("close", end).resume();
}
