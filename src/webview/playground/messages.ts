import { useSyncExternalStore } from "react";
import type { PlaygroundRequest } from "../../protocol/panel.ts";
import type { PlaygroundState } from "../../protocol/playground.ts";

declare function acquireVsCodeApi(): { postMessage(message: PlaygroundRequest): void };

const api = acquireVsCodeApi();

export function send(message: PlaygroundRequest): void {
  api.postMessage(message);
}

let state: PlaygroundState | undefined;
const listeners = new Set<() => void>();

/** Only messages of the page's own window count. */
window.addEventListener("message", ({ data, origin }: MessageEvent<PlaygroundState | undefined>) => {
  if (origin !== window.origin || !data) return;
  state = data;
  for (const listener of listeners) listener();
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useShown(): PlaygroundState | undefined {
  return useSyncExternalStore(subscribe, () => state);
}
