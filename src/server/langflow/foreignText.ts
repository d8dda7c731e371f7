import { z } from "zod";
import { redactSecrets } from "../platform/redact.ts";

const longest = 300;

/** Langflow's own words, fit to stand in a message of ours: one short line, no secrets, no control characters. */
export function quoted(detail: unknown): string {
  const text = textOf(detail)
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
  const clean = redactSecrets(text).replace(/(Bearer|authorization["']?\s*[:=])\s*\S+/gi, "$1 ***");
  return `"${clean.length > longest ? `${clean.slice(0, longest)}…` : clean}"`;
}

const WithMessage = z.object({ message: z.string() });

/** Failures come as text, as an object with a message, or as either in JSON inside a string. */
function textOf(detail: unknown): string {
  if (typeof detail === "string") {
    if (!detail.startsWith("{")) return detail;
    try {
      return textOf(JSON.parse(detail));
    } catch {
      return detail;
    }
  }
  const known = WithMessage.safeParse(detail);
  return known.success ? known.data.message : JSON.stringify(detail ?? "");
}
