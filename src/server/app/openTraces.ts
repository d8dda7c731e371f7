import type { Logger } from "../platform/logger.ts";

/** The SDK is read only by who sends traces. */
export async function openTraces(endpoint: string, facts: { readonly version: string; readonly log: Logger }) {
  if (endpoint === "") return undefined;
  const { openOtlp } = await import("../platform/otlp.ts");
  return openOtlp({ endpoint, ...facts });
}
