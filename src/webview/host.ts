import type { PanelMessage, PanelRequest, PanelState } from "../protocol/panel.ts";

declare function acquireVsCodeApi(): { postMessage(message: PanelRequest): void };

const api = acquireVsCodeApi();

export function send(message: PanelRequest): void {
  api.postMessage(message);
}

/** Calls back with every state; only messages of the page's own window count. */
export function onState(listener: (state: PanelState) => void): () => void {
  const take = ({ data, origin }: MessageEvent<PanelMessage | undefined>) => {
    if (origin === window.origin && data?.type === "state") listener(data.state);
  };
  window.addEventListener("message", take);
  return () => {
    window.removeEventListener("message", take);
  };
}
