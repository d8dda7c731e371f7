import { maskHeaders } from "./headerSecrets.ts";

/**
 * Values that are secrets by their own shape, whoever wrote them. The prefixes are the ones their issuers publish;
 * each pattern is bounded, since it runs over every answer and every log line.
 */
const secretShapes: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,64}/g,
  /\bsk-[A-Za-z0-9_-]{20,255}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bAIza[0-9A-Za-z_-]{35}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,255}/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\blfc_[A-Za-z0-9_-]{43}/g,
  /\beyJ[A-Za-z0-9_-]{10,2048}\.eyJ[A-Za-z0-9_-]{10,4096}\.[A-Za-z0-9_-]{10,1024}/g,
  // No further BEGIN inside, so that many of them without an END are each looked at once.
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----BEGIN)[\s\S]){1,16384}?-----END [A-Z ]{0,40}PRIVATE KEY-----/g,
];
/** Whether any of them is there, in one pass: most texts have none. */
const anyShape = new RegExp(secretShapes.map(({ source }) => source).join("|"));

/** `https://user:password@host`: the password only. Placeholders in braces are no passwords. */
const urlPassword = /\b([A-Za-z][A-Za-z0-9+.-]{0,20}:\/{1,3}[^\s:/@"'`{}<>]{0,128}):[^\s/@"'`{}<>]{1,128}@/g;
/** What every URL with a password has, from its first colon on: without a scheme in front it is found ten times as fast. */
const urlPasswordHint = /:\/{1,3}[^\s:/@"'`{}<>]{0,128}:[^\s/@"'`{}<>]{1,128}@/;

/**
 * `password = "…"`, `api_key: '…'`, `"clientSecret": "…"`: the value only. A value without a digit is a label more
 * often than a password ("Password", "password-input"), and one with a space or a brace is prose or a placeholder.
 */
const assignedSecret =
  /((?:passw(?:or)?d|passphrase|pwd|secret|api_?key|access_?key|auth_?token|access_?token|client_?secret|private_?key)\w{0,20}["'`]?\s{0,4}(?::|=>?|:=)\s{0,4})(["'`])(?=[^\s"'`{}<>\\]{0,255}\d)[^\s"'`{}<>\\]{8,256}\2/gi;

/** `//registry…/:_authToken=…` in npm's settings, where values stand without quotes. */
const npmAuth = /(:_(?:authToken|password|auth)\s{0,4}=\s{0,4})[^\s${}*][^\s]{7,512}/g;

/**
 * What every secret that is recognised here or in headerSecrets.ts has in it. Most texts have none of it, and one search
 * for it costs a tenth of the searches for each shape.
 */
const sign =
  /gh[pousr]_|github_pat_|glpat-|sk-|akia|aiza|xox[abprs]-|npm_|lfc_|eyj|:\/|passw|passphrase|pwd|secret|key|token|auth|cookie|bearer|basic|curl/i;

/**
 * The text with every recognisable secret value replaced by ***. Line breaks inside a secret stay, so that line
 * numbers stay right. Applying it twice changes nothing more.
 */
export function redactSecrets(text: string): string {
  if (!sign.test(text)) return text;
  const clean = anyShape.test(text) ? secretShapes.reduce((rest, shape) => rest.replace(shape, mask), text) : text;
  const noUrls = urlPasswordHint.test(clean) ? clean.replace(urlPassword, "$1:***@") : clean;
  return maskHeaders(noUrls.replace(assignedSecret, "$1$2***$2").replace(npmAuth, "$1***"));
}

/** Whether a recognisable secret is in it. */
export function hasSecretShape(text: string): boolean {
  return redactSecrets(text) !== text;
}

function mask(secret: string): string {
  return `***${secret.replace(/[^\n]+/g, "")}`;
}

/**
 * JSON text of a value with every string in it redacted; redacting the JSON itself could break its quoting.
 * @param display What else is done to a string before, by the name of its field.
 */
export function redactedJson(value: unknown, display = (_field: string, text: string) => text): string {
  return JSON.stringify(value, (field, part: unknown) =>
    typeof part === "string" ? redactSecrets(display(field, part)) : part,
  );
}
