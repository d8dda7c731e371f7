import { Buffer } from "node:buffer";

/** Where a secret stands in a text: from its first character to the one behind its last. */
export type Span = readonly [start: number, end: number];

const schemes =
  /^(?:bearer|basic|token|digest|negotiate|ntlm|api-?key|dpop|hawk|oauth|key|jwt|ssws|mac|bot|aws|aws4-.*|privatetoken|sharedkey|sharedaccesssignature|geniekey|splunk)$/i;

/** Words that stand for a credential in documentation and in messages. */
const words = new Set(
  "token tokens key keys api apikey access auth authentication authorization header headers your my the jwt bearer basic here value id credential credentials string scheme invalid wrong example placeholder redacted hidden none null undefined required optional yourtoken mytoken oauth".split(
    " ",
  ),
);

/** `$TOKEN`, `${token}`, `{{key}}`, `<token>`, `%s`, `***`, `…`, `process.env.X`: what a program or a reader fills in. */
const syntax =
  /[<>{}]|\*\*\*|\.\.\.|…|^\$[\w(]|^%\w|^\[|^(?:process\.env|import\.meta\.env|os\.environ|env\.|settings\.|config\.|secrets\.)|^[xX*•.-]+$|^[A-Z][A-Z_-]*[.,]?$|^(?:your|my)[_-]/;

/** Whether a value only stands for a credential: by its form, or also because it has no words but those. */
export function isPlaceholder(value: string, by: "syntax" | "words" = "words"): boolean {
  if (syntax.test(value)) return true;
  if (by === "syntax" || value.length > 64) return false;
  const parts = value
    .replace(/([a-z])(?=[A-Z])/g, "$1 ")
    .toLowerCase()
    .split(/[\s_.-]+/);
  return parts.every((part) => words.has(part));
}

/** Whether a value is none that a person would use as a name: it has a digit, or is one long run of letters. */
export function looksRandom(value: string, least: number): boolean {
  if (value.length < least || !/[A-Za-z]/.test(value)) return value.length >= 16 && /^[0-9]+$/.test(value);
  return /\d/.test(value) || (value.length >= 20 && /^[A-Za-z]+=*$/.test(value));
}

/** `authenticationProvider1`: words of a program's name, and a number behind them. */
const wordsAsName = /^[A-Za-z][a-z]{2,}(?:(?:[_.-][A-Za-z]|[A-Z])[a-z]{2,})+\d{0,3}$/;

/**
 * Whether what follows `Bearer` or `Basic`, without a header's name, is a credential.
 * @param isLiteral scheme and credential are a whole string, which prose is not: a short one counts as well
 */
export function isLoneCredential(scheme: string, credential: string, isLiteral: boolean): boolean {
  if (isPlaceholder(credential)) return false;
  if (looksRandom(credential, 16)) return isLiteral || !wordsAsName.test(credential);
  if (!isLiteral || credential.length >= 16) return false;
  if (/^basic$/i.test(scheme)) return /^[ -~]*:[ -~]*$/.test(Buffer.from(credential, "base64").toString("latin1"));
  // `token1` and `OAuth2` only name one.
  return looksRandom(credential, 6) && !isPlaceholder(credential.replace(/\d+$/, ""));
}

/** The credential in the value of a header: what follows the scheme, or all of it. */
export function credentialIn(value: string, isValue: boolean): Span | undefined {
  const [, scheme, gap = "", rest = ""] = /^([A-Za-z][\w-]{1,30})([ \t]{1,4})(\S[^]*)$/.exec(value) ?? [];
  if (scheme === undefined) {
    const isSecret = /^\S+$/.test(value) && looksRandom(value, isValue ? 8 : 12) && !isPlaceholder(value);
    return isSecret && (isValue || !isIdentifier(value)) ? [0, value.length] : undefined;
  }
  const end = value.trimEnd().length;
  const start = scheme.length + gap.length;
  const credential = value.slice(start, end);
  if (isPlaceholder(credential)) return undefined;
  if (/^[A-Za-z]\w{0,30}=./.test(credential)) return schemes.test(scheme) ? [start, end] : undefined;
  // More words behind it: prose, unless the first of them can be nothing else than a credential.
  const [first = ""] = rest.split(/[\s,;]/, 1);
  if (first !== credential && !looksRandom(first, 12)) return undefined;
  if (isPlaceholder(first)) return undefined;
  const isSecret = schemes.test(scheme) ? first.length >= 4 || isBasic(first) : looksRandom(first, 12);
  return isSecret ? [start, start + first.length] : undefined;
}

/** `oauth2.header` and `sha256Token` are names in a program; a credential has more digits or no such order. */
function isIdentifier(value: string): boolean {
  return /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/.test(value) && (value.match(/\d+/g) ?? []).length < 2;
}

function isBasic(value: string): boolean {
  return Buffer.from(value, "base64").includes(":");
}

const cookie = /([^\s=;,]{1,128})="?([^\s;,"'`\\]{1,4096})/g;
const attributes = /^(?:path|domain|expires|max-age|samesite|priority|version)$/i;
const sessions = /sess|sid|token|auth|jwt|csrf|xsrf|secret|login|remember/i;

/** The values of the cookies in a header; attributes and short words (`theme=dark`) stay. */
export function cookieValuesIn(header: string): readonly Span[] {
  const spans: Span[] = [];
  for (const found of header.matchAll(cookie)) {
    const [whole, key = "", value = ""] = found;
    if (attributes.test(key) || isPlaceholder(value)) continue;
    const isSecret = value.length >= 16 || (value.length >= 3 && (/\d/.test(value) || sessions.test(key)));
    const end = found.index + whole.length;
    if (isSecret) spans.push([end - value.length, end]);
  }
  return spans;
}
