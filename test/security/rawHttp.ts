import { connect } from "node:net";

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly ms: number;
}

/** Sends bytes as they are and reads one answer, without an HTTP client that would mend them. */
export function sendRaw(port: number, bytes: Buffer, timeoutMs = 5000): Promise<RawAnswer> {
  const bodiless = bytes.toString("latin1", 0, 5) === "HEAD ";
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const socket = connect({ host: "127.0.0.1", port });
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`No whole answer within ${timeoutMs} ms; so far: ${received.toString("latin1", 0, 300)}`));
    }, timeoutMs);
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ...parse(received), ms: performance.now() - started });
    };
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (isWhole(received, bodiless)) finish();
    });
    socket.on("error", () => undefined);
    socket.on("close", finish);
  });
}

function parse(bytes: Buffer): Omit<RawAnswer, "ms"> {
  // Chunk sizes count bytes, so one character must be one byte until the body is whole.
  const text = bytes.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return { status: 0, headers: {}, body: "" };
  const [line = "", ...fields] = text.slice(0, end).split("\r\n");
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  const raw = text.slice(end + 4);
  const body = headers["transfer-encoding"] === "chunked" ? unchunked(raw) : raw;
  return { status: Number(line.split(" ")[1]), headers, body: Buffer.from(body, "latin1").toString("utf8") };
}

function isWhole(bytes: Buffer, bodiless: boolean): boolean {
  const text = bytes.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return false;
  if (bodiless) return true;
  const head = text.slice(0, end);
  const length = /content-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return bytes.length >= end + 4 + Number(length);
  if (/transfer-encoding: *chunked/i.test(head)) return text.endsWith("0\r\n\r\n");
  return / (204|304) /.test(head.split("\r\n")[0] ?? "");
}

function unchunked(text: string): string {
  let rest = text;
  let body = "";
  for (;;) {
    const line = rest.indexOf("\r\n");
    const size = parseInt(rest.slice(0, line), 16);
    if (!(size > 0)) return body;
    body += rest.slice(line + 2, line + 2 + size);
    rest = rest.slice(line + 2 + size + 2);
  }
}
