import { createHash } from "node:crypto";
import type { Egress, EgressAnswer } from "../platform/egress/egress.ts";
import { blocked, parseUrl } from "../platform/egress/policy.ts";
import { ToolError } from "../platform/errors.ts";
import { countTokens } from "../platform/tokens.ts";
import { apiRequest } from "./apiRequest.ts";
import type { ApiCall, ApiRequest } from "./apiRequest.ts";
import { contentOf, refreshOf } from "./content.ts";
import type { As, Content } from "./content.ts";
import { cutJson } from "./cutJson.ts";
import type { Omitted } from "./cutJson.ts";
import { selectJson } from "../platform/jsonPath.ts";
import { createKeptAnswers } from "../platform/keptAnswers.ts";
import type { Pages } from "./pages.ts";
import type { SecretStore } from "./secretStore.ts";
import { partOf } from "../platform/textPart.ts";

/** How an answer is shown. */
export interface Reading {
  readonly as: As;
  /** Of a JSON answer. */
  readonly select?: string | undefined;
  readonly maxTokens: number;
  /** Of an answer that was cut: nothing is sent again. */
  readonly cursor?: string | undefined;
}

export interface ApiAnswer {
  readonly status: number;
  /** After redirects. */
  readonly url: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form: "markdown" | "json" | "text" | "binary" | "none";
  readonly content?: unknown;
  /** Of a binary answer. */
  readonly bytes?: number;
  /** What the budget left out of a JSON answer. */
  readonly omitted?: Omitted[];
  /** Where the page sends its readers by itself. */
  readonly refreshTo?: string;
  readonly byProxy?: true;
  readonly cursor?: string;
  readonly complete: boolean;
}

export interface CallOptions {
  /** Who asks; an answer is kept for them alone. */
  readonly client: string;
  readonly signal: AbortSignal;
  /** Asks for the consent to a call that can change something; it is checked, but for its addresses. */
  permit(request: ApiRequest): Promise<void>;
}

/** Calls of HTTP APIs and pages. */
export interface Web {
  call(call: ApiCall, reading: Reading, options: CallOptions): Promise<ApiAnswer>;
}

export interface WebDeps {
  readonly egress: Egress;
  readonly secrets: Pick<SecretStore, "list">;
  readonly pages: Pick<Pages, "markdown">;
  now(): number;
}

type Shown = Exclude<Content, { form: "html" }> | { readonly form: "markdown"; readonly text: string };

interface Answered {
  readonly about: Omit<ApiAnswer, "form" | "complete">;
  readonly content: Shown;
}

/** Headers of an answer that say how to go on. */
const shownHeaders =
  /^(allow|content-disposition|deprecation|etag|last-modified|link|location|ratelimit.*|retry-after|www-authenticate|x-next-page|x-ratelimit-.*|x-request-id|x-total-count|x-total-pages)$/;
/** Of the fields around a content. */
const frameTokens = 60;

export function createWeb({ egress, secrets, pages, now }: WebDeps): Web {
  const kept = createKeptAnswers<Answered>(now);

  async function send(call: ApiCall, as: As, { signal, permit }: CallOptions): Promise<Answered> {
    const request = apiRequest(call, await secrets.list());
    const { method, url, headers, body } = request;
    if (method !== "GET" && method !== "HEAD") {
      // Nobody is asked about what is refused anyway.
      await egress.check(url, signal);
      await permit(request);
    }
    const answer = await egress.request({ method, url, headers, signal, ...(body !== undefined && { body }) });
    const { mask } = request.secrets;
    const content = contentOf(answer, as, mask);
    if (content.form !== "html") return { about: aboutOf(answer, mask), content };
    const refresh = await refreshTarget(content.text, answer, signal);
    const markdown = mask(await pages.markdown(content.text, answer.url, signal));
    return {
      about: { ...aboutOf(answer, mask), ...(refresh !== undefined && { refreshTo: mask(refresh) }) },
      content: { form: "markdown", text: markdown },
    };
  }

  /** A page must not lead its reader to where a redirect could not. */
  async function refreshTarget(html: string, { url }: EgressAnswer, signal: AbortSignal): Promise<string | undefined> {
    const target = refreshOf(html);
    if (target === undefined) return undefined;
    try {
      const to = parseUrl(target, url);
      if (to.href === url.href) return undefined;
      await egress.check(to, signal);
      return to.href;
    } catch (error) {
      if (!(error instanceof ToolError) || error.code === "CANCELLED") throw error;
      throw blocked(`The page sends its readers to an address that is refused: ${error.message}`, error.remedy);
    }
  }

  async function shown({ about, content }: Answered, { select, maxTokens }: Reading, offset: number) {
    const tokens = Math.max(50, maxTokens - frameTokens - (await countTokens(JSON.stringify(about))));
    if (content.form === "json") {
      const part = select === undefined ? content.value : selectJson(content.value, select);
      const { value, omitted } = await cutJson(part, tokens, select);
      return { form: content.form, content: value, ...(omitted.length > 0 && { omitted }), end: undefined };
    }
    if (select !== undefined) {
      throw new ToolError(
        "INVALID_ARGUMENT",
        `select: the answer is no JSON (${about.contentType ?? "without a type"}).`,
        "Call without it.",
      );
    }
    if (content.form === "none") return { form: content.form, end: undefined };
    if (content.form === "binary") return { form: content.form, bytes: content.bytes, end: undefined };
    const part = await partOf(content.text, offset, tokens);
    const end = offset + part.length;
    return { form: content.form, content: part, end: end < content.text.length ? end : undefined };
  }

  return {
    async call(call, reading, options) {
      const key = keyOf(call, reading.as, options.client);
      const [id, offset = "0"] = reading.cursor?.split(".") ?? [];
      const answered = id === undefined ? await send(call, reading.as, options) : kept.find(id, key);
      const { end, ...rest } = await shown(answered, reading, Number(offset) || 0);
      const isCut = end !== undefined || "omitted" in rest;
      const keptId = isCut ? (id ?? kept.keep(key, answered, sizeOf(answered))) : undefined;
      return {
        ...answered.about,
        ...rest,
        ...(keptId !== undefined && { cursor: end === undefined ? keptId : `${keptId}.${String(end)}` }),
        complete: !isCut,
      };
    },
  };
}

function aboutOf({ status, url, headers, byProxy }: EgressAnswer, mask: (text: string) => string): Answered["about"] {
  const type = headers.get("content-type");
  const some = [...headers].filter(([name]) => shownHeaders.test(name));
  const short = (value: string) => mask(value).slice(0, 500);
  return {
    status,
    url: mask(url.href),
    ...(type !== undefined && { contentType: short(type) }),
    ...(some.length > 0 && { headers: Object.fromEntries(some.map(([name, value]) => [name, short(value)])) }),
    ...(byProxy && { byProxy }),
  };
}

function keyOf(call: ApiCall, as: As, client: string): string {
  return createHash("sha256")
    .update(JSON.stringify([client, as, call.method, call.url, call.headers, call.query, call.body]))
    .digest("base64url");
}

function sizeOf({ content }: Answered): number {
  if ("text" in content) return content.text.length;
  return content.form === "json" ? JSON.stringify(content.value).length : 0;
}
