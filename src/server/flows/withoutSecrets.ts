import { redactSecrets } from "../platform/redact.ts";

const secretNames = /^(authorization|x-api-key|api[-_]?key|password|token)$/i;

/** A flow without the values of headers and password fields, and without everything that has the form of a key. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return redactSecrets(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const isPassword = "password" in value && value.password === true;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const hidden = secretNames.test(key) || (isPassword && key === "value");
      return [key, hidden && typeof inner === "string" && inner !== "" ? "***" : withoutSecrets(inner)];
    }),
  );
}
