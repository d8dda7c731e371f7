import type { AlertList } from "./alerts.ts";
import type { LiveRun } from "./flowRuns.ts";
import type { EndpointStatus, LinkStatus } from "./status.ts";

export interface EndpointMessage extends EndpointStatus {
  /** The address for Langflow: the advertised one when there is one. */
  readonly publicUrl: string;
  readonly token: string;
  readonly tokenFile: string;
}

/**
 * What a server publishes to its window: of each topic the newest value, sent when it changes and once at the start.
 * The window's code gets it by `server.topic(name)`.
 */
export interface Topics {
  /** With the endpoint's token. */
  readonly endpoint: EndpointMessage;
  readonly link: LinkStatus;
  readonly alerts: AlertList;
  /** Runs of flows that this server started, the newest last. */
  readonly runs: readonly LiveRun[];
}

export type TopicName = keyof Topics;

/** One value of one topic. */
export interface TopicMessage<Name extends TopicName = TopicName> {
  readonly name: Name;
  readonly value: Topics[Name];
}

/** The link while the server has published none. */
export const linkOff: LinkStatus = { state: "off", warnings: [] };

/** The topics that the panel gets as they are. Never one with a token or a key in it. */
export const panelTopics = ["link", "alerts"] as const satisfies readonly TopicName[];
export type PanelTopic = (typeof panelTopics)[number];
