import { useSyncExternalStore } from "react";
import type { FlowGraph, GraphComparison, GraphMessage, GraphRun } from "../../protocol/flowGraph.ts";
import type { GraphRequest } from "../../protocol/panel.ts";

declare function acquireVsCodeApi(): {
  postMessage(message: GraphRequest): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const api = acquireVsCodeApi();

export function send(message: GraphRequest): void {
  api.postMessage(message);
}

/** What the page shows. */
export interface Shown {
  /** The last one that the text was. */
  readonly graph?: FlowGraph;
  /** Why the text is none now. */
  readonly problem?: string;
  readonly run?: GraphRun | undefined;
  readonly comparison?: GraphComparison | undefined;
  /** The component or note in which the cursor of the text is. */
  readonly current?: string | undefined;
}

let shown: Shown = {};
const listeners = new Set<() => void>();

/** Only messages of the page's own window count. */
window.addEventListener("message", ({ data, origin }: MessageEvent<GraphMessage | undefined>) => {
  if (origin !== window.origin || !data) return;
  shown = withMessage(shown, data);
  for (const listener of listeners) listener();
});

function withMessage(before: Shown, message: GraphMessage): Shown {
  const { problem: _problem, ...rest } = before;
  switch (message.type) {
    case "graph":
      return message.value.state === "ready"
        ? { ...rest, graph: message.value.graph }
        : { ...rest, problem: message.value.problem };
    case "run":
      return { ...before, run: message.value };
    case "comparison":
      return { ...before, comparison: message.value };
    case "current":
      return { ...before, current: message.value };
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useShown(): Shown {
  return useSyncExternalStore(subscribe, () => shown);
}

/** What VS Code keeps of the page while it is hidden. */
export interface Kept {
  readonly x?: number;
  readonly y?: number;
  readonly zoom?: number;
  readonly isListOpen?: boolean;
}

export function kept(): Kept {
  const state = api.getState();
  if (typeof state !== "object" || state === null) return {};
  const { x, y, zoom, isListOpen }: Readonly<Record<keyof Kept, unknown>> = { ...emptyState, ...state };
  const isViewport = typeof x === "number" && typeof y === "number" && typeof zoom === "number";
  return { ...(isViewport && { x, y, zoom }), isListOpen: isListOpen === true };
}

const emptyState = { x: undefined, y: undefined, zoom: undefined, isListOpen: undefined };

export function keep(change: Kept): void {
  api.setState({ ...kept(), ...change });
}
