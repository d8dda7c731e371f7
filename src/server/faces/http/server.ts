import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { localUser } from "../../platform/call.ts";
import type { Caller } from "../../platform/call.ts";
import { inTrace } from "../../platform/tracing.ts";
import type { ToolRunner } from "../../tools/runner/runTool.ts";
import { answerControl, controlPath } from "./controlApi.ts";
import type { RunOperation } from "../../operations/index.ts";
import { endAfterBody } from "./drain.ts";
import { guardRequest, pathOf } from "./guard.ts";
import type { GuardOptions } from "./guard.ts";
import { readJsonBody } from "./jsonBody.ts";
import { rpcError } from "./jsonRpc.ts";
import { answerToolsApi } from "./toolsApi.ts";

/** Serves one MCP request whose body has been read and checked. */
export type McpHandler = (request: IncomingMessage, response: ServerResponse, body: unknown) => Promise<void>;

export interface HttpServerOptions {
  readonly guard: GuardOptions;
  readonly runner: ToolRunner;
  readonly mcp: McpHandler;
  readonly operate: RunOperation;
  readonly log: Logger;
  /** Prometheus text. */
  metrics(): string;
  /** The services can work. */
  ready(): boolean;
}

/**
 * The HTTP face: the guard, then seven routes. Every body it sends is JSON (or Prometheus text), never HTML, and no
 * answer carries a CORS header.
 */
export function createHttpServer(options: HttpServerOptions): Server {
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    inTrace(request.headers["traceparent"], () => handle(request, response, options)).catch((error: unknown) => {
      options.log.error("http.internal", { path: pathOf(request.url ?? ""), ...describeError(error) });
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, rpcError(-32603, "Internal error."));
    });
  };
  const server = createServer(
    // A body of 10 MB comes over loopback in a moment: what has not come after 15 s never will.
    // A kept connection outlasts the pauses between calls: at Node's 5 s, clients send into one that is just being closed.
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      connectionsCheckingInterval: 2_500,
      keepAliveTimeout: 75_000,
    },
    serve,
  );
  // What else a client may expect is unknown to us. The guard comes first, as for every request.
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    const refusal = guardRequest(request, options.guard);
    response.setHeader("connection", "close");
    if (refusal) sendJson(response, refusal.status, rpcError(-32600, refusal.message), refusal.headers);
    else sendJson(response, 417, rpcError(-32600, "Only the expectation 100-continue is known."));
  });
  // A client that asks before it sends its body may go on only where the body is wanted.
  server.on("checkContinue", serve);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
    const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
    socket.end(`HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}`);
  });
  return server;
}

async function handle(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions) {
  const refusal = guardRequest(request, options.guard);
  if (refusal) {
    // The body is never read, so the connection cannot be used again.
    response.setHeader("connection", "close");
    return sendJson(response, refusal.status, rpcError(-32600, refusal.message), refusal.headers);
  }
  switch (pathOf(request.url ?? "")) {
    case "/health":
      return onlyMethod("GET", request, response, () => {
        sendJson(response, 200, { status: "ok" });
      });
    case "/ready":
      // Nothing listens before everything is wired. Why it is not ready is for those who have the token.
      return onlyMethod("GET", request, response, () => {
        if (options.ready()) sendJson(response, 200, { status: "ready" });
        else sendJson(response, 503, { status: "not ready" });
      });
    case "/metrics":
      return onlyMethod("GET", request, response, () => {
        response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
        response.end(options.metrics());
      });
    case "/mcp":
      return onlyMethod("POST", request, response, () => serveMcp(request, response, options));
    case "/api/v1/tools/list":
    case "/api/v1/tools/call":
      return onlyMethod("POST", request, response, () => serveToolsApi(request, response, options));
    case controlPath:
      return onlyMethod("POST", request, response, () => serveControl(request, response, options));
    default:
      leaveBody(request, response);
      return sendJson(response, 404, rpcError(-32601, "This path does not exist."));
  }
}

async function serveMcp(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions) {
  if (!takesJson(request.headers.accept)) {
    leaveBody(request, response);
    return sendJson(response, 406, rpcError(-32600, "Accept must allow application/json or text/event-stream."));
  }
  const body = await readJsonBody(request, response);
  if (!body.ok) {
    await options.runner.refused({ caller: callerOf(request, "mcp") });
    return refuseBody(request, response, body);
  }
  if (body.value === null || typeof body.value !== "object" || Array.isArray(body.value)) {
    await options.runner.refused({ caller: callerOf(request, "mcp") });
    return sendJson(response, 400, rpcError(-32600, "Send one JSON-RPC message; batches are not taken."));
  }
  await options.mcp(request, response, body.value);
}

async function serveToolsApi(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions) {
  const body = await readJsonBody(request, response);
  if (!body.ok) {
    await options.runner.refused({ caller: callerOf(request, "http") });
    return refuseBody(request, response, body);
  }
  const gone = new AbortController();
  response.on("close", () => {
    gone.abort();
  });
  const answer = await answerToolsApi({
    path: pathOf(request.url ?? ""),
    body: body.value,
    runner: options.runner,
    caller: callerOf(request, "http"),
    signal: gone.signal,
  });
  sendJson(response, answer.status, answer.body);
}

async function serveControl(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions) {
  const body = await readJsonBody(request, response);
  if (!body.ok) return refuseBody(request, response, body);
  await answerControl(body.value, response, options);
}

function callerOf(request: IncomingMessage, face: Caller["face"]): Caller {
  return { face, client: request.headers["user-agent"]?.slice(0, 80) ?? "unknown", principal: localUser };
}

/** A page that is navigated to the endpoint asks for HTML; a client that says nothing takes what comes. */
function takesJson(accept = "*/*"): boolean {
  return accept
    .split(",")
    .some((range) => /^\s*(\*\/\*|application\/(\*|json)|text\/(\*|event-stream))\s*(;|$)/i.test(range));
}

async function onlyMethod(
  method: "GET" | "POST",
  request: IncomingMessage,
  response: ServerResponse,
  serve: () => void | Promise<void>,
): Promise<void> {
  // A GET has no body that anybody reads.
  if (request.method !== method || method === "GET") leaveBody(request, response);
  if (request.method === method) return serve();
  sendJson(response, 405, rpcError(-32600, `Use ${method}.`), { allow: method });
}

/** A body that is not wanted ends the connection: to reach what comes after it, all of it would have to be read. */
function leaveBody(request: IncomingMessage, response: ServerResponse): void {
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  if (length !== "0" || encoding !== undefined) response.setHeader("connection", "close");
}

/** The answer goes out at once. Its length is given, so that nobody waits for the connection to close. */
function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, message }: { status: number; code: number; message: string },
): void {
  const text = JSON.stringify(rpcError(code, message));
  response.writeHead(status, { ...jsonHeaders, connection: "close", "content-length": Buffer.byteLength(text) });
  response.write(text);
  // Who waits for 100 Continue sends no body after a refusal.
  if (request.complete || request.headers.expect !== undefined) response.end();
  else endAfterBody(request, response);
}

const jsonHeaders = { "content-type": "application/json", "x-content-type-options": "nosniff" };

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...jsonHeaders, ...headers });
  response.end(JSON.stringify(body));
}
