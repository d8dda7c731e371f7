import { REMOTE_DATA_JSON_URL } from "@pydantic/genai-prices";
import type { PriceChanges } from "../../protocol/prices.ts";
import type { Principal } from "../platform/call.ts";
import { ToolError } from "../platform/errors.ts";
import { HttpFailure, createHttpClient } from "../platform/http.ts";
import type { Network } from "../platform/network.ts";
import { readRegularFile } from "../platform/openFile.ts";
import type { Ledger } from "./types.ts";

/** Newer prices than those of the product, only when the user asks for them. */
export interface PriceUpdates {
  /** From a file, or downloaded from where the makers of the list publish it. */
  update(request: UpdateRequest, principal: Principal): Promise<PriceChanges>;
}

interface UpdateRequest {
  readonly from?: string;
  readonly signal: AbortSignal;
}

export interface PriceUpdatesDeps {
  readonly ledger: Pick<Ledger, "updatePrices">;
  readonly network: Network;
  readonly url?: string;
  now(): Date;
}

/** The list has half a megabyte. */
const maxBytes = 8 * 2 ** 20;

export function createPriceUpdates(deps: PriceUpdatesDeps): PriceUpdates {
  const { ledger, network, url = REMOTE_DATA_JSON_URL, now } = deps;
  return {
    async update({ from, signal }, principal) {
      const text = from === undefined ? await download(url, { network, signal }) : await textOf(from);
      return ledger.updatePrices({ text, date: now().toISOString().slice(0, 10) }, principal);
    },
  };
}

async function download(url: string, { network, signal }: { readonly network: Network; readonly signal: AbortSignal }) {
  const { origin, pathname } = new URL(url);
  const client = createHttpClient({
    service: "the price list",
    base: origin,
    network,
    timeoutMs: 30_000,
    connectTimeoutMs: 10_000,
    maxAnswerBytes: maxBytes,
    headers: () => ({}),
    async refuse({ ok, status, body }) {
      if (ok) return;
      await body?.cancel();
      throw new HttpFailure(status, {
        message: `The price list could not be downloaded from ${url} (HTTP ${String(status)}).`,
        remedy: "Try again later, or give a file with --from FILE.",
      });
    },
  });
  try {
    return await client.exchange({ method: "GET", path: pathname, signal }, client.text);
  } finally {
    await client.close();
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return (await readRegularFile(file, maxBytes)).bytes.toString("utf8");
  } catch (error) {
    if (error instanceof ToolError && error.code === "TOO_LARGE") throw error;
    throw new ToolError("NOT_FOUND", `${file} cannot be read.`, "Give the path of a file with the price list.");
  }
}
