import assert from "node:assert/strict";
import type { RawAnswer } from "./rawHttp.ts";

/** Error code of a tool → outcome class of the sample. */
const classOfCode: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: "reject_invalid",
  NOT_FOUND: "not_found",
  PATH_OUTSIDE_WORKSPACE: "reject_path",
  PROTECTED_PATH: "reject_protected",
  SECRET_FILE: "reject_secret",
  BINARY_FILE: "reject_binary",
  TOO_LARGE: "reject_too_large",
  NOT_A_REGULAR_FILE: "reject_special",
  CONFLICT: "reject_conflict",
  EGRESS_BLOCKED: "blocked_egress",
};

interface RpcMessage {
  readonly error?: { readonly code: number; readonly message: string };
  readonly result?: { readonly isError?: boolean; readonly content?: readonly { readonly text: string }[] };
}

/** Every class that an answer belongs to. */
export function classesOf(answer: RawAnswer): readonly string[] {
  if (answer.status === 0) return ["closed"];
  const message = rpcOf(answer);
  const classes: string[] = [];
  if (answer.status >= 400) classes.push(`http_${answer.status}`);
  if (message?.error) classes.push(`rpc_${message.error.code}`);
  else if (answer.status < 300) classes.push(classOfResult(message));
  return classes;
}

function classOfResult(message: RpcMessage | undefined): string {
  if (message?.result?.isError !== true) return "ok";
  const { error } = JSON.parse(message.result.content?.[0]?.text ?? "{}") as { error?: { code: string } };
  return codeClass(String(error?.code));
}

/** The outcome class of a tool's error code. */
export function codeClass(code: string): string {
  return classOfCode[code] ?? `tool_${code}`;
}

/** The JSON-RPC message of a JSON body or of the last event of a stream. */
export function rpcOf({ headers, body }: RawAnswer): RpcMessage | undefined {
  const type = headers["content-type"] ?? "";
  if (type.startsWith("text/event-stream")) {
    const data = body.split("\n").filter((line) => line.startsWith("data:"));
    return JSON.parse((data.at(-1) ?? "data:{}").slice(5)) as RpcMessage;
  }
  if (!type.startsWith("application/json") || body === "") return undefined;
  return JSON.parse(body) as RpcMessage;
}

/** What must hold for every answer, whatever its class. */
export function assertCleanAnswer(answer: RawAnswer, secrets: readonly string[]): void {
  const all = JSON.stringify([answer.headers, answer.body]);
  for (const secret of secrets) assert.ok(!all.includes(secret), "a secret is in the answer");
  assert.ok(
    !/\bat [^"]+:\d+:\d+|node_modules|\/work\/|\/home\//.test(all),
    `a stack or a path is in ${all.slice(0, 500)}`,
  );
  assert.ok(!("access-control-allow-origin" in answer.headers), "a page may read the answer");
  if (answer.status === 401) assert.equal(answer.headers["www-authenticate"], "Bearer");
  if (answer.status === 405) assert.ok(answer.headers["allow"], "405 says what is allowed");
  if (answer.status >= 400 && answer.body !== "") {
    assert.match(answer.headers["content-type"] ?? "", /^application\/json/);
    JSON.parse(answer.body);
  }
}
