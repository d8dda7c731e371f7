import type { EgressAnswer } from "../platform/egress/egress.ts";

/** What an answer is, after `as` and its own type. */
export type Content =
  | { readonly form: "json"; readonly value: unknown }
  | { readonly form: "html"; readonly text: string }
  | { readonly form: "text"; readonly text: string }
  | { readonly form: "binary"; readonly bytes: number }
  | { readonly form: "none" };

export type As = "auto" | "markdown" | "text" | "json";

/** Types that are text without a name that says so. */
const textTypes =
  /^(text\/|application\/(.+\+)?(json|xml|yaml|x-yaml|toml|javascript|ecmascript|graphql|sql|x-ndjson|x-www-form-urlencoded)$|.+\+(json|xml|yaml|text)$)/;
const binaryTypes = /^(image\/(?!svg)|audio\/|video\/|font\/|application\/(octet-stream|pdf|zip|gzip|x-tar|wasm)$)/;
const jsonTypes = /^(application\/(.+\+)?json|text\/json)$/;
const htmlTypes = /^(text\/html|application\/xhtml\+xml)$/;

/** @param mask removes what must not be shown, before the text is cut or parsed */
export function contentOf({ headers, body }: EgressAnswer, as: As, mask: (text: string) => string): Content {
  const given = headers.get("content-type") ?? "";
  const type = given.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (body.length === 0) return { form: "none" };
  if (binaryTypes.test(type) || (!textTypes.test(type) && looksBinary(body))) {
    return { form: "binary", bytes: body.length };
  }
  const isHtml = htmlTypes.test(type);
  const text = mask(decoded(body, given, isHtml));
  if (as === "json" || (as === "auto" && jsonTypes.test(type))) {
    const value = jsonOf(text);
    if (value !== undefined) return { form: "json", value };
  }
  const isPage = isHtml && (as === "auto" || as === "markdown");
  return isPage ? { form: "html", text } : { form: "text", text };
}

function looksBinary(body: Buffer): boolean {
  return body.subarray(0, 8_192).includes(0);
}

/** By the header, in a page also by what it says of itself; UTF-8 otherwise. */
function decoded(body: Buffer, type: string, isHtml: boolean): string {
  const [, inHeader] = /charset\s*=\s*["']?([\w:.-]{1,40})/i.exec(type) ?? [];
  const [, inPage] = isHtml
    ? (/<meta[^>]{0,200}charset\s{0,4}=\s{0,4}["']?([\w:.-]{1,40})/i.exec(body.toString("latin1", 0, 1_024)) ?? [])
    : [];
  const label = inHeader ?? inPage ?? "utf-8";
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where a page sends its readers by itself; browsers follow it and we do not. */
export function refreshOf(html: string): string | undefined {
  const start = html.slice(0, 100_000).replaceAll(/<!--.*?(?:-->|$)/gs, "");
  for (const [tag] of start.matchAll(/<meta\s[^>]{1,2000}>/gi)) {
    if (!/http-equiv\s{0,4}=\s{0,4}["']?refresh/i.test(tag)) continue;
    const [, target] =
      /content\s{0,4}=\s{0,4}["']?[\d.\s]{0,10}[;,]\s{0,4}(?:url\s{0,4}=\s{0,4})?["']?([^"'>]{1,2000})/i.exec(tag) ??
      [];
    if (target !== undefined) return target.trim().replaceAll("&amp;", "&");
  }
  return undefined;
}
