import { credentialIn, cookieValuesIn, isLoneCredential, isPlaceholder, looksRandom } from "./credentials.ts";
import type { Span } from "./credentials.ts";

/** Names of headers that carry credentials, with any beginning (`Proxy-`, `X-Goog-`, `HTTP_`, `Set-`). */
const headerName =
  /(?:(authorization)|(cookie)|api-?key|(?:x|auth|access|session|security|private|refresh|csrf|xsrf|vault|id|job|deploy|service)-token|(?:auth|access|functions|subscription|secret)-key|(?:client|shared|x)-secret)(?![A-Za-z0-9_-])/iy;
/** A part of every such name. Looking for it first takes an eighth of the time: no look behind at every character. */
const namePart = /authorization|cookie|api-?key|-(?:token|key|secret)/gi;
/** The word in front of the hyphen; the longest is "subscription". */
const wordBefore = /[A-Za-z]{1,12}$/;

/** From the name to a quoted value: a property, an assignment, an argument, a pair of name and value, a setting. */
const toQuoted =
  /\\{0,2}["'`]?\]?(?:\s{0,4}:\s{0,4}string)?(?:\s{0,4}(?:,?\s{0,40}\\{0,2}["'`]?value\\{0,2}["'`]?\s{0,4}[:=]|:=?|!?={1,3}>?|,)\s{0,40}|[ \t]{1,4})\[?\s{0,40}[bfru]{0,2}(\\{0,2}["'`])((?:(?!\1)(?:\\[^\n]|[^\\\n])){1,16384})\1/iy;
/** The next value in an array of them, as Node.js lists cookies. */
const nextQuoted = /\s{0,4},\s{0,40}(\\{0,2}["'`])((?:(?!\1)(?:\\[^\n]|[^\\\n])){1,16384})\1/y;

/** An escaped line break at the end of what stands before a name. */
const escapedBreak = /(?:\\[nr]|\\x0[ad]|\\u000[ad]|%0[ad])$/i;

/** From the name to a value without quotes, as in an HTTP dump, in YAML and behind `-H '`. */
const toPlain = /[ \t]{0,4}([:=])[ \t]{0,4}/y;
const plainCredential =
  /(?:[A-Za-z][\w-]{1,30}[ \t]{1,4})?[A-Za-z0-9+/_=.~$%<{*-](?:[A-Za-z0-9+/_=.~$%<>{}*|@!-]|:(?=[^\s"'`])){0,16384}/y;
/** A scheme whose credential is a list: `Digest username="a", response="…"`. It ends with the line. */
const plainList = /[A-Za-z][\w-]{1,30}[ \t]{1,4}[A-Za-z]\w{0,30}=(?:\\{0,3}"|[^\s,"'`]{1,1024},)[^\n]{0,2048}/y;
const plainCookies =
  /[^\s=;,:"'`(){}<>]{1,128}="?[^\s;,"'`\\=>(][^\s;,"'`\\(]{0,4096}"?(?:;[ \t]{0,4}[^\s;,"'`\\]{1,4096}){0,64}/y;

/** `Bearer …` and `Basic …` where no header's name says what they are, also as two arguments. */
const schemeAlone = /\b(Bearer|Basic)(?:["'`],)?[ \t]{1,4}["'`]?([A-Za-z0-9+/_.~-]{4,16384}={0,2})/gi;

/** curl's `-b name=value`, `-bname=value` and `--cookie=name=value`, also as items of an array. Without = it is a file. */
const cookieOption =
  /(?<![\w-])(?:-[A-Za-z]{0,8}b["']?[,\s\\]{0,8}|--cookie["']?[=,\s\\]{1,8})(?:(["'])([^"'\n]{1,16384})\1|([^\s"'`\\]{1,16384}))/g;

/** curl's `-u user:password`, `-uuser:password` and `--user=user:password`, also as items of an array. */
const userOption =
  /(?<![\w-])(?:-[A-Za-z]{0,8}[uU]["']?[,\s\\]{0,8}|--(?:proxy-)?user["']?[=,\s\\]{1,8})(?:(["'])([^"'\n:]{1,128}):([^"'\n]{0,256})\1|([^\s:"'`\\]{1,128}):([^\s"'`\\]{0,256}))/g;

/** The text with *** for every credential in the form of a header or of curl's options. */
export function maskHeaders(text: string): string {
  const masked = maskSpans(maskSpans(text, headerSpans), schemeSpans);
  return text.includes("curl") ? maskSpans(maskSpans(masked, userSpans), cookieSpans) : masked;
}

function maskSpans(text: string, find: (text: string) => Iterable<Span>): string {
  let masked = "";
  let copied = 0;
  for (const [start, end] of find(text)) {
    masked += `${text.slice(copied, start)}***`;
    copied = end;
  }
  return copied === 0 ? text : masked + text.slice(copied);
}

function* headerSpans(text: string): Generator<Span> {
  let from = 0;
  for (const part of text.matchAll(namePart)) {
    const found = nameAround(text, part, from);
    if (!found) continue;
    const [whole, authorization, cookie] = found;
    const kind = cookie ? "cookie" : authorization ? "authorization" : "key";
    const quoted = quotedSpans(text, found.index + whole.length, kind);
    const { spans, end } = quoted.spans.length > 0 ? quoted : plainSpans(text, { at: found.index, name: whole, kind });
    from = Math.max(quoted.end, end);
    yield* spans;
  }
}

/** The whole name that has the part, unless it begins before `from`: there, it has been looked at. */
function nameAround(text: string, { 0: part, index }: RegExpExecArray, from: number): RegExpExecArray | undefined {
  const word = part.startsWith("-") ? wordBefore.exec(text.slice(Math.max(0, index - 12), index)) : undefined;
  // The end of an escaped line break looks like the beginning of the word.
  for (let at = index - (word?.[0].length ?? 0); at <= index; at++) {
    const found = at >= from && isNameStart(text, at) ? matchAt(headerName, text, at) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Checked here and not in the pattern, which it would slow down at each character of a text. */
function isNameStart(text: string, at: number): boolean {
  return at === 0 || !/[A-Za-z0-9]/.test(text.charAt(at - 1)) || isBehindEscapedBreak(text, at);
}

/** Inside a string of a program a header begins behind an escaped line break, whose last character is a letter or digit. */
function isBehindEscapedBreak(text: string, at: number): boolean {
  return escapedBreak.test(text.slice(Math.max(0, at - 6), at));
}

type Kind = "cookie" | "authorization" | "key";

interface Found {
  readonly spans: readonly Span[];
  /** Where to look for the next name. */
  readonly end: number;
}

function quotedSpans(text: string, at: number, kind: Kind): Found {
  const spans: Span[] = [];
  let end = at;
  let found = matchAt(toQuoted, text, at);
  while (found) {
    const [whole, quote = "", value = ""] = found;
    const behind = found.index + whole.length;
    const start = behind - quote.length - value.length;
    spans.push(...spansIn(value, kind, true).map(([from, to]): Span => [start + from, start + to]));
    const isList = kind === "cookie" && (end > at || text.slice(found.index, start).includes("["));
    // Behind all of a list, since a list of names would otherwise be read again from each of them.
    if (isList || spans.length > 0) end = behind;
    found = isList ? matchAt(nextQuoted, text, behind) : undefined;
  }
  return { spans, end };
}

interface PlainHeader {
  readonly at: number;
  readonly name: string;
  readonly kind: Kind;
}

function plainSpans(text: string, { at, name, kind }: PlainHeader): Found {
  const behind = at + name.length;
  const afterBreak = isBehindEscapedBreak(text, at);
  const sign = matchAt(toPlain, text, behind);
  if (!sign) return { spans: [], end: behind };
  const start = behind + sign[0].length;
  const before = text[at - 1] ?? "";
  // `apiKey: abc` may be code; with a hyphen in the name, or a quote before it, it is a header.
  const isHeader = kind === "authorization" || name.includes("-") || afterBreak || /["'`-]/.test(before);
  if (!isHeader && kind === "key") return { spans: [], end: behind };
  if (kind === "cookie" && sign[1] !== ":") return { spans: [], end: behind };
  const list = kind === "authorization" ? matchAt(plainList, text, start) : undefined;
  const found = list ?? matchAt(kind === "cookie" ? plainCookies : plainCredential, text, start);
  if (!found) return { spans: [], end: behind };
  const value = list ? listValue(list[0], before, afterBreak) : found[0];
  // A call, an index or a property behind it: this is code.
  if (!list && /^[([?]/.test(text.slice(start + value.length, start + value.length + 1)))
    return { spans: [], end: behind };
  const spans = spansIn(value, kind, kind === "key").map(([from, to]): Span => [start + from, start + to]);
  return { spans, end: list && spans.length === 0 ? behind : start + value.length };
}

function spansIn(value: string, kind: Kind, quoted: boolean): readonly Span[] {
  if (kind === "cookie") return cookieValuesIn(value);
  const span = credentialIn(value, quoted);
  return span ? [span] : [];
}

/** `'Digest …' next`: a value ends with the quote that stands before its header's name. */
function cutAtQuote(value: string, quotes: string): string {
  if (!/["'`]/.test(quotes)) return value;
  const end = new RegExp(`^(?:\\\\.|[^\\\\${quotes}])*`).exec(value);
  return end ? end[0] : value;
}

/** The value of a list ends with its string: at the quote before its header's name, or at the next escaped line break. */
function listValue(value: string, before: string, afterBreak: boolean): string {
  if (!afterBreak) return cutAtQuote(value, before);
  const [line = value] = /^(?:(?!\\[nr]|\\x0[ad]|\\u000[ad]|%0[ad])[^])*/i.exec(value) ?? [];
  // Which quotes the string has follows from those of the list: they are others, or escaped.
  const [, opening = ""] = /=(\\{0,3}"?)/.exec(line) ?? [];
  const quotes = { "": "\"'`", '"': "'`" }[opening] ?? '"';
  return cutAtQuote(line, quotes);
}

function* schemeSpans(text: string): Generator<Span> {
  for (const found of text.matchAll(schemeAlone)) {
    const [whole, scheme = "", credential = ""] = found;
    const end = found.index + whole.length;
    const isLiteral = /["'`]/.test(text[found.index - 1] ?? "");
    if (isLoneCredential(scheme, credential, isLiteral && /^\\{0,2}["'`]/.test(text.slice(end, end + 3))))
      yield [end - credential.length, end];
  }
}

function* userSpans(text: string): Generator<Span> {
  for (const found of text.matchAll(userOption)) {
    const [whole, quote = "", quotedUser, quotedPassword, plainUser, plainPassword] = found;
    const user = quotedUser ?? plainUser ?? "";
    const password = quotedPassword ?? plainPassword ?? "";
    if (!isCurl(text, found.index)) continue;
    const end = found.index + whole.length - quote.length;
    const start = end - password.length;
    if (password !== "" && !isPlaceholder(password, "syntax")) yield [start, end];
    // Services that take the key as the user leave the password empty.
    else if (password === "" && looksRandom(user, 16) && !isPlaceholder(user))
      yield [start - 1 - user.length, start - 1];
  }
}

function* cookieSpans(text: string): Generator<Span> {
  for (const found of text.matchAll(cookieOption)) {
    const [whole, quote = "", quoted, plain] = found;
    const value = quoted ?? plain ?? "";
    if (!value.includes("=") || !isCurl(text, found.index)) continue;
    const start = found.index + whole.length - quote.length - value.length;
    yield* cookieValuesIn(value).map(([from, to]): Span => [start + from, start + to]);
  }
}

/** Whether curl is called before this position in the same command; other programs have another `-u`. */
function isCurl(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 500), at);
  const curl = before.lastIndexOf("curl");
  return curl !== -1 && !/(?<!\\\r?)\n|[;|]\s|&&/.test(before.slice(curl).replace(/["'],\s{1,40}["']/g, " "));
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
