import { createHash } from "node:crypto";
import type { Memory, MemoryScope } from "../../protocol/memory.ts";
import type { Principal } from "../platform/call.ts";
import { ToolError } from "../platform/errors.ts";
import { hasSecretShape } from "../platform/redact.ts";
import { fused } from "./fusion.ts";
import type { FoundMemories, MemoryQuery, MemoryRow, MemoryStore, MemoryViewer } from "./types.ts";

export interface Remembering {
  readonly text: string;
  readonly scope?: MemoryScope | undefined;
  readonly flow?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Such as 12h or 30d. */
  readonly expires?: string | undefined;
}

export interface MemoryChange {
  readonly text?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Such as 12h or 30d from now, or never. */
  readonly expires?: string | undefined;
}

export interface Recalling {
  readonly query?: string | undefined;
  readonly scope?: MemoryScope | undefined;
  readonly flow?: string | undefined;
  /** Those of every flow of the workspace too. */
  readonly everyFlow?: boolean;
  /** The best 200 when left out. */
  readonly limit?: number;
}

/** Who remembers something: an agent by its client and call, or the user. */
export interface MemoryAuthor {
  readonly principal: Principal;
  readonly client: string;
  /** Of the tool call; left out for the user. */
  readonly callId?: string;
}

export interface Recalled {
  readonly memories: readonly Memory[];
  readonly total: number;
  /** Why they were looked for by words alone, although an endpoint for embeddings is set. */
  readonly wordsOnly?: string;
}

/** What agents and users want the next one to know. */
export interface Memories {
  remember(memory: Remembering, author: MemoryAuthor): Promise<{ readonly memory: Memory; readonly renewed: boolean }>;
  recall(query: Recalling, principal: Principal, signal?: AbortSignal): Promise<Recalled>;
  /** What is left out stays. A changed text is the author's. */
  edit(id: string, change: MemoryChange, author: MemoryAuthor): Promise<Memory>;
  forget(id: string, principal: Principal): Promise<void>;
}

export interface MemoryDeps {
  readonly store: MemoryStore;
  /** Hash of the roots. */
  readonly workspace: string;
  /** The positions of the texts that are nearest in meaning, best first; absent without an endpoint for embeddings. */
  readonly nearest?: (
    query: string,
    texts: { readonly texts: readonly string[]; readonly all: readonly string[] },
    signal: AbortSignal,
  ) => Promise<readonly number[]>;
  now(): Date;
}

type NearestFinder = NonNullable<MemoryDeps["nearest"]>;

const never = new AbortController().signal;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const defaultLimit = 200;
/** Of a call of the command line. */
const byUser = "cli";

/** More than a user can have. */
const all = 100_000;

export function createMemories({ store, workspace, nearest, now }: MemoryDeps): Memories {
  const viewerOf = ({ name, tenant }: Principal): MemoryViewer => ({ tenant, principal: name, workspace });

  /** By words and by meaning; by words alone, with the reason, when the endpoint fails. */
  async function byBoth(asked: MemoryQuery & { readonly query: string }, find: NearestFinder, signal: AbortSignal) {
    const { query, ...wanted } = { ...asked, limit: all };
    const { viewer, now: at } = asked;
    const words = await store.recall({ ...asked, limit: all });
    const candidates = (await store.recall(wanted)).memories;
    const everything = (await store.recall({ viewer, now: at, everyFlow: true, limit: all })).memories;
    try {
      const texts = { texts: candidates.map(textOf), all: everything.map(textOf) };
      const near = (await find(query, texts, signal)).flatMap((position) => candidates[position] ?? []);
      const memories = fused([words.memories, near]);
      return { memories: memories.slice(0, asked.limit), total: memories.length };
    } catch (error) {
      if (signal.aborted || (error instanceof ToolError && error.code === "CANCELLED")) throw error;
      const { memories, total } = words;
      const wordsOnly =
        error instanceof ToolError
          ? `${error.message} ${error.remedy}`
          : "The vectors of memories cannot be written or read.";
      return { memories: memories.slice(0, asked.limit), total, wordsOnly };
    }
  }

  return {
    async remember(given, { principal, client, callId = byUser }) {
      const { text, scope = "workspace", tags = [], expires } = given;
      const flow = flowOf(scope, given.flow);
      refuseSecrets([text, flow, ...tags]);
      const at = now().getTime();
      const of = scope === "user" ? "" : workspace;
      const id = idOf({ principal, workspace: of, flow, text });
      const row: MemoryRow = {
        ...{ id, workspace: of, flow, text, tags: [...new Set(tags)], client, callId, created: at, renewed: at },
        ...(expires !== undefined && { expires: at + durationOf(expires) }),
      };
      const { memory, renewed } = await store.remember({ ...row, tenant: principal.tenant, principal: principal.name });
      return { memory: shown(memory, at), renewed };
    },
    async recall({ query, scope, flow, everyFlow = false, limit = defaultLimit }, principal, signal = never) {
      if (scope === "flow" && !everyFlow) flowOf(scope, flow);
      const at = now().getTime();
      const asked: MemoryQuery = {
        ...{ viewer: viewerOf(principal), everyFlow, now: at, limit },
        ...(scope !== undefined && { scope }),
        ...(flow !== undefined && { flow }),
        ...(query !== undefined && { query }),
      };
      const found: FoundMemories & Pick<Recalled, "wordsOnly"> =
        nearest && query !== undefined ? await byBoth({ ...asked, query }, nearest, signal) : await store.recall(asked);
      return { ...found, memories: found.memories.map((memory) => shown(memory, at)) };
    },
    async edit(id, { text, tags, expires }, { principal, client, callId = byUser }) {
      refuseSecrets([text ?? "", ...(tags ?? [])]);
      const at = now().getTime();
      const viewer = viewerOf(principal);
      const all = await store.recall({ viewer, everyFlow: true, now: at, limit: Number.MAX_SAFE_INTEGER });
      const before = all.memories.find((memory) => memory.id === id);
      if (!before) throw notFound(id);
      const isNew = text !== undefined && text !== before.text;
      const { workspace: of, flow } = before;
      const until = expires === undefined ? before.expires : expires === "never" ? undefined : at + durationOf(expires);
      const { expires: _before, ...rest } = before;
      const memory = {
        ...{ ...rest, tenant: principal.tenant, principal: principal.name, renewed: at },
        ...(isNew && { text, client, callId, id: idOf({ principal, workspace: of, flow, text }) }),
        ...(tags !== undefined && { tags: [...new Set(tags)] }),
        ...(until !== undefined && { expires: until }),
      };
      const kept = await store.replace({ viewer, id, now: at, memory });
      if (!kept) throw notFound(id);
      return shown(kept, at);
    },
    async forget(id, principal) {
      if (await store.forget({ viewer: viewerOf(principal), id, now: now().getTime() })) return;
      throw notFound(id);
    },
  };
}

function flowOf(scope: MemoryScope, flow: string | undefined): string {
  if (scope === "flow" && flow === undefined) {
    throw new ToolError("INVALID_ARGUMENT", "The scope flow needs a flow.", "Give `flow`: an id or a name.");
  }
  if (scope !== "flow" && flow !== undefined) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `The scope ${scope} has no flow.`,
      "Leave `flow` out, or give the scope flow.",
    );
  }
  return flow ?? "";
}

function refuseSecrets(texts: readonly string[]): void {
  if (!texts.some(hasSecretShape)) return;
  throw new ToolError(
    "INVALID_ARGUMENT",
    "The text contains a key, token or password, which is not stored.",
    "Leave the value out, and remember where it is kept, such as the name of its variable.",
  );
}

function notFound(id: string): ToolError {
  return new ToolError(
    "NOT_FOUND",
    `There is no memory ${JSON.stringify(id.slice(0, 64))} of this workspace or user.`,
    "Give an id that recall or `langflow-connect memory list` shows.",
  );
}

interface Identity {
  readonly principal: Principal;
  readonly workspace: string;
  readonly flow: string;
  readonly text: string;
}

function idOf({ principal: { tenant, name }, workspace, flow, text }: Identity): string {
  const parts = [tenant, workspace === "" ? name : "", workspace, flow, text];
  return `m_${createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22)}`;
}

/** As it is compared by meaning. */
function textOf({ text, tags }: MemoryRow): string {
  return [text, ...tags].join("\n");
}

function durationOf(time: string): number {
  return Number(time.slice(0, -1)) * (time.endsWith("h") ? hourMs : dayMs);
}

function shown(memory: MemoryRow, now: number): Memory {
  const { id, workspace, flow, text, tags, client, callId, created, renewed, expires } = memory;
  const iso = (time: number) => new Date(time).toISOString();
  return {
    id,
    text,
    scope: flow !== "" ? "flow" : workspace === "" ? "user" : "workspace",
    ...(flow !== "" && { flow }),
    ...(tags.length > 0 && { tags }),
    from: callId === byUser ? "the user" : `an agent: ${client}, call ${callId}`,
    createdAt: iso(created),
    ...(renewed !== created && { renewedAt: iso(renewed) }),
    ...(expires !== undefined && { expiresAt: iso(expires) }),
    ageDays: Math.floor((now - renewed) / dayMs),
  };
}
