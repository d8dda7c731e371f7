import { isBelow } from "./client/version.ts";
import type { LangflowVersion } from "./client/version.ts";

/** The first version without the vulnerabilities below. */
const leastSafe = [1, 9, 2] as const;

/**
 * Vulnerabilities of versions that this product still connects to, by the CVE numbers of our security review; the first three
 * are known to be used by attackers.
 */
const vulnerabilities: readonly string[] = [
  "CVE-2025-3248",
  "CVE-2025-34291",
  "CVE-2026-33017",
  "CVE-2026-48519",
  "CVE-2026-34046",
  "CVE-2026-4502",
  "CVE-2026-5022",
  "CVE-2026-5027",
  "CVE-2026-33497",
  "CVE-2026-42048",
  "CVE-2026-55423",
];

export function versionWarnings(version: LangflowVersion): readonly string[] {
  if (!isBelow(version, leastSafe)) return [];
  return [
    `Langflow ${version.text} is below 1.9.2 and has known vulnerabilities (${vulnerabilities.join(", ")}): update it, and let only this machine reach it.`,
  ];
}
