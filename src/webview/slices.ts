import { useSyncExternalStore } from "react";
import { addActivity } from "../protocol/activity.ts";
import { usDollars } from "../protocol/currency.ts";
import type { Currency } from "../protocol/currency.ts";
import { maxRecent } from "../protocol/limits.ts";
import type { ActivityMessage, PanelRequest, PanelSlices, SliceMessage, SliceName } from "../protocol/panel.ts";

declare function acquireVsCodeApi(): {
  postMessage(message: PanelRequest): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const api = acquireVsCodeApi();

export function send(message: PanelRequest): void {
  api.postMessage(message);
}

/** Names of sections that are closed. VS Code keeps them while the page is not there, also over a reload. */
export function closedSections(): readonly string[] {
  const kept = api.getState();
  return Array.isArray(kept) ? kept.filter((name) => typeof name === "string") : [];
}

export function keepClosedSections(names: readonly string[]): void {
  api.setState(names);
}

const slices: { [Name in SliceName]?: PanelSlices[Name] | undefined } = {};
const listeners = new Set<() => void>();

/** Only messages of the page's own window count. */
window.addEventListener("message", ({ data, origin }: MessageEvent<SliceMessage | ActivityMessage | undefined>) => {
  if (origin !== window.origin) return;
  if (data?.type === "slice") keep(data.name, data.value);
  else if (data?.type === "activity") {
    const { activities: before = [] } = slices;
    slices.activities = data.activities.reduce<readonly (typeof before)[number][]>(addActivity, before);
    slices.activities = slices.activities.slice(0, maxRecent);
  } else return;
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

/** What amounts are shown in. */
export function useCurrency(): Currency {
  return useSlice("currency") ?? usDollars;
}
