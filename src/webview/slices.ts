import { useSyncExternalStore } from "react";
import type { PanelRequest, PanelSlices, SliceMessage, SliceName } from "../protocol/panel.ts";

declare function acquireVsCodeApi(): { postMessage(message: PanelRequest): void };

const api = acquireVsCodeApi();

export function send(message: PanelRequest): void {
  api.postMessage(message);
}

const slices: { [Name in SliceName]?: PanelSlices[Name] | undefined } = {};
const listeners = new Set<() => void>();

/** Only messages of the page's own window count. */
window.addEventListener("message", ({ data, origin }: MessageEvent<SliceMessage | undefined>) => {
  if (origin !== window.origin || data?.type !== "slice") return;
  keep(data.name, data.value);
  for (const listener of listeners) listener();
});

function keep<Name extends SliceName>(name: Name, value: PanelSlices[Name] | undefined): void {
  slices[name] = value;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The newest value of one slice; undefined until there is one. */
export function useSlice<Name extends SliceName>(name: Name): PanelSlices[Name] | undefined {
  return useSyncExternalStore(subscribe, () => slices[name]);
}
