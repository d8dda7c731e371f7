import assert from "node:assert/strict";
import type { CallAnswer, TestClient } from "./clients.ts";

/** The answer of a call that succeeds. */
export async function ok(
  client: TestClient,
  tool: string,
  args: Record<string, unknown>,
): Promise<CallAnswer["value"]> {
  const { value, isError } = await client.call(tool, args);
  assert.equal(isError, false, JSON.stringify(value));
  return value;
}

/** The error of a call that fails with this code. */
export async function fails(
  client: TestClient,
  tool: string,
  args: Record<string, unknown>,
  code: string,
): Promise<Record<string, unknown>> {
  const { value, isError } = await client.call(tool, args);
  assert.equal(isError, true, JSON.stringify(value));
  const error = value.error as Record<string, unknown>;
  assert.equal(error.code, code, JSON.stringify(error));
  return error;
}
