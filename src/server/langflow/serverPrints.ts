import { fingerprint, plainText } from "../flows/files/flowFile.ts";
import type { ServerFlow } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { statusOf } from "../platform/http.ts";
import { inParallel } from "../platform/inParallel.ts";
import type { FlowHeader, FlowTexts } from "./client/flowTexts.ts";

/** Of a flow of the server: the fingerprint of its text to compare, and the flow itself when it was just read. */
export interface ServerPrint {
  readonly print: string;
  readonly flow?: ServerFlow;
}

/** Reads of a server's flows only those that can have changed since. */
export interface ServerPrints {
  /** By id; none for a flow that is gone. */
  read(server: FlowTexts, request: Wanted): Promise<ReadonlyMap<string, ServerPrint>>;
}

interface Wanted {
  /** The list as it was just read. */
  readonly headers: readonly FlowHeader[];
  readonly ids: readonly string[];
  readonly signal: AbortSignal;
}

interface Known {
  /** The whole entry of the list: every change of a flow gives it another time. */
  readonly header: string;
  readonly seenAt: number;
  readonly print?: string;
}

/** From here on one answer with all flows is cheaper than one for each. */
const manyFlows = 20;
/** Times in the list are whole seconds: within the same one a second change does not show. */
const secondMs = 1000;

export function createServerPrints(now: () => number = () => performance.now()): ServerPrints {
  const known = new Map<string, Known>();

  return {
    async read(server, { headers, ids, signal }) {
      const key = (id: string) => `${server.base} ${id}`;
      const listedAt = now();
      const wanted = new Set(ids);
      const asked = headers.filter(({ id }) => wanted.has(id));
      for (const header of asked) {
        const text = JSON.stringify(header);
        if (known.get(key(header.id))?.header !== text) known.set(key(header.id), { header: text, seenAt: listedAt });
      }
      const prints = new Map<string, ServerPrint>();
      const changed = asked.filter(({ id }) => {
        const print = known.get(key(id))?.print;
        if (print !== undefined) prints.set(id, { print });
        return print === undefined;
      });
      const newest = Math.max(...headers.map(changedAt).filter((at) => !Number.isNaN(at)));
      const changedIds = new Map(changed.map((header) => [header.id, header]));
      for (const flow of await flowsOf(server, changed, signal)) {
        const header = changedIds.get(flow.id);
        if (!header) continue;
        const print = fingerprint(plainText(flow));
        prints.set(flow.id, { print, flow });
        const entry = known.get(key(flow.id));
        // The second of its last change is over when the server has a later one, or when ours has passed since.
        const isOver =
          changedAt(header) + 2 * secondMs <= newest || listedAt >= (entry?.seenAt ?? Infinity) + 1.5 * secondMs;
        if (entry && isOver && header.updated_at) known.set(key(flow.id), { ...entry, print });
      }
      return prints;
    },
  };
}

function changedAt({ updated_at: at }: FlowHeader): number {
  return at ? Date.parse(at) : NaN;
}

async function flowsOf(
  server: FlowTexts,
  headers: readonly FlowHeader[],
  signal: AbortSignal,
): Promise<readonly ServerFlow[]> {
  if (headers.length > manyFlows) {
    try {
      return await server.all(signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof ToolError) || statusOf(error) !== undefined) throw error;
      // Together they are too much, or one that no file is of cannot be read.
    }
  }
  const found = await inParallel(headers, ({ id }) => server.find(id, signal));
  return found.flatMap((flow) => flow ?? []);
}
