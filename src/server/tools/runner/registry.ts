import { ToolError } from "../../platform/errors.ts";
import type { ServiceName, Services } from "./context.ts";
import type { Tool } from "./defineTool.ts";
import { allToolsets, defaultToolsets } from "./toolsets.ts";

/** Where tools come from: our own, and later another server's, or the flows of Langflow. */
export interface ToolSource {
  tools(): readonly Tool[];
  /** The tools are others now. */
  onChange(listener: () => void): void;
}

export interface RegistryOptions {
  readonly sources: readonly ToolSource[];
  /** The services that there are. A tool that needs another is not offered. */
  readonly services: Partial<Services>;
  /** What a client gets that names no toolset. */
  readonly toolsets?: readonly string[] | undefined;
  /** Tools that a client that names no toolset does not get; none when left out. They can be called all the same. */
  hidden?(): ReadonlySet<string>;
}

export interface ToolRegistry {
  /** The tools that can be called, in the order of their sources. */
  all(): readonly Tool[];
  find(name: string): Tool | undefined;
  /** Why a tool of this name cannot be called: it does not exist, or a service is not configured. */
  missing(name: string): ToolError;
  /** What a client gets that names no toolset, but for what the user left out. */
  readonly toolsets: readonly string[];
  /** The tools of these toolsets, refusing unknown ones; of the server's own choice when a client names none. */
  listed(toolsets?: readonly string[]): readonly Tool[];
  /** With the source whose tools are others now. */
  onChange(listener: (source: ToolSource) => void): void;
}

export function createRegistry(options: RegistryOptions): ToolRegistry {
  const { sources, services, toolsets: own = defaultToolsets, hidden } = options;
  const listeners = new Set<(source: ToolSource) => void>();
  let { offered, withheld } = read();
  for (const source of sources) {
    source.onChange(() => {
      ({ offered, withheld } = read());
      for (const listener of listeners) listener(source);
    });
  }

  /** Where two sources have a tool of one name, the first one's is taken: nobody can replace a tool of ours. */
  function read() {
    const byName = new Map<string, Tool>();
    for (const tool of sources.flatMap((source) => source.tools())) {
      if (!byName.has(tool.name)) byName.set(tool.name, tool);
    }
    const needed = [...byName.values()].map((tool) => ({ tool, needs: tool.needs.filter((need) => !services[need]) }));
    return {
      offered: new Map(needed.flatMap(({ tool, needs }) => (needs.length === 0 ? [[tool.name, tool] as const] : []))),
      withheld: new Map<string, readonly ServiceName[]>(
        needed.flatMap(({ tool, needs }) => (needs.length > 0 ? [[tool.name, needs] as const] : [])),
      ),
    };
  }

  return {
    all: () => [...offered.values()],
    find: (name) => offered.get(name),
    missing(name) {
      const needs = withheld.get(name);
      if (needs) {
        return new ToolError(
          "NOT_READY",
          `${name} needs ${needs.join(" and ")}, which this server is started without.`,
          "Call another tool.",
        );
      }
      const quoted = JSON.stringify(name.length <= 64 ? name : `${name.slice(0, 64)}…`);
      const names = [...offered.keys()].join(", ");
      return new ToolError("INVALID_ARGUMENT", `There is no tool ${quoted}.`, `Call one of: ${names}.`);
    },
    toolsets: own,
    listed(named) {
      const wanted = named ?? own;
      const all = [...offered.values()];
      const left = named ? undefined : hidden?.();
      const tools = left ? all.filter(({ name }) => !left.has(name)) : all;
      // One may be without a tool now, as that of flows is until one is exposed.
      const known = new Set([...allToolsets, ...all.map((tool) => tool.toolset)]);
      const unknown = wanted === own ? undefined : wanted.find((name) => !known.has(name));
      if (unknown === undefined) return tools.filter((tool) => wanted.includes(tool.toolset));
      throw new ToolError(
        "INVALID_ARGUMENT",
        `There is no toolset ${JSON.stringify(unknown.slice(0, 64))}.`,
        `The toolsets are ${[...known].join(", ")}.`,
      );
    },
    onChange: (listener) => void listeners.add(listener),
  };
}
