import { ToolError } from "../platform/errors.ts";
import { blocked } from "../platform/egress/policy.ts";
import type { Secret } from "./secretStore.ts";

const reference = /\{\{secret:([A-Za-z][A-Za-z0-9_-]{0,63})\}\}/g;

/** Whether a text looks as if it names a secret. */
export function namesSecret(text: string): boolean {
  return text.includes("{{secret:");
}

export interface SecretsInUse {
  /** The text with the values of the secrets that it names. */
  fill(text: string): string;
  /** A text of others without the values that were filled in. */
  mask(text: string): string;
}

/** What the secrets are for one call to one origin. */
export function secretsFor(origin: string, all: readonly Secret[]): SecretsInUse {
  const used = new Set<string>();

  function valueOf(name: string): string {
    const secret = all.find((each) => each.name === name);
    if (!secret) {
      throw new ToolError(
        "NOT_FOUND",
        `There is no secret ${name}.`,
        `Ask the user to run: langflow-connect secrets set ${name} --origin ${origin}`,
      );
    }
    if (!secret.origins.includes(origin)) {
      throw blocked(
        `The secret ${name} is not for ${origin}, so nothing was sent.`,
        `Call ${secret.origins.join(" or ")}, or ask the user to set the secret for this origin: langflow-connect secrets set.`,
      );
    }
    used.add(secret.value);
    return secret.value;
  }

  return {
    fill(text) {
      const filled = text.replace(reference, (_, name: string) => valueOf(name));
      if (!namesSecret(text.replace(reference, ""))) return filled;
      throw new ToolError(
        "INVALID_ARGUMENT",
        "A reference to a secret is not well formed.",
        "Write it as {{secret:NAME}}.",
      );
    },
    mask(text) {
      let masked = text;
      for (const form of [...used].flatMap(formsOf)) masked = masked.replaceAll(form, "***");
      return masked;
    },
  };
}

/** The ways in which a server may repeat a value: longest first, since one may be a part of another. */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString().slice(2),
    html,
    html.replaceAll('"', "&quot;"),
    bytes.toString("base64"),
    bytes.toString("base64url"),
  ];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}
