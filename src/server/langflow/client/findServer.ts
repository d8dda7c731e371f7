import { statusOf } from "../../platform/http.ts";
import type { Network } from "../../platform/network.ts";
import { langflowAddress } from "./address.ts";
import { createLangflowHttp } from "./http.ts";
import { readVersion } from "./version.ts";

/** More names in a path are no address of a page of Langflow. */
const mostNames = 8;
const probeMs = 5_000;

export interface Reaching {
  readonly network: Network;
  readonly signal: AbortSignal;
}

/**
 * The base URL of the Langflow whose page a person pasted. A path in front of it, behind a proxy, can have any name, so
 * Langflow itself is asked, without a credential: the longest part of the address that answers as Langflow is it.
 */
export async function findServer(input: string, reaching: Reaching): Promise<string> {
  const guess = langflowAddress(input);
  const { origin, pathname } = new URL(input.trim());
  const names = pathname.split("/").filter((name) => name !== "");
  if (names.length === 0 || names.length > mostNames) return guess;
  for (let count = names.length; count >= 0; count--) {
    const base = [origin, ...names.slice(0, count)].join("/");
    // What is no name of a page was typed on purpose: a wrong path leads to no other Langflow.
    if (base.length < guess.length) return guess;
    const answer = await probe(base, reaching);
    if (answer === "langflow") return base;
    // Who does not answer here answers nowhere; connecting says why.
    if (answer === "silent") return guess;
  }
  return guess;
}

async function probe(base: string, { network, signal }: Reaching): Promise<"langflow" | "other" | "silent"> {
  const http = createLangflowHttp({ base, network, credential: () => ({ kind: "none" }), timeoutMs: probeMs });
  try {
    await readVersion(http, signal);
    return "langflow";
  } catch (error) {
    if (signal.aborted) throw error;
    return statusOf(error) === undefined ? "silent" : "other";
  } finally {
    await http.close();
  }
}
