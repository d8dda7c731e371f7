import { z } from "zod";
import type { LangflowHttp } from "./http.ts";

export interface LangflowVersion {
  /** What it calls itself, such as 1.13.0. */
  readonly text: string;
  /** Product version as [major, minor, patch]: Langflow Base 0.7.3 is part of Langflow 1.7.3. */
  readonly product: readonly [number, number, number];
}

const Version = z.object({ version: z.string(), package: z.string().optional() });

/** Needs no key. */
export async function readVersion(http: LangflowHttp, signal: AbortSignal): Promise<LangflowVersion> {
  return parseVersion(await http.json({ method: "GET", path: "/api/v1/version", signal }, Version));
}

export function parseVersion(answer: z.output<typeof Version>): LangflowVersion {
  const [major = 0, minor = 0, patch = 0] = answer.version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const base = major === 0 && (answer.package ?? "").includes("Base");
  return { text: answer.version, product: [base ? 1 : major, minor, patch] };
}

export function isBelow(version: LangflowVersion, least: readonly [number, number, number]): boolean {
  for (const [index, part] of least.entries()) {
    const own = version.product[index] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}
