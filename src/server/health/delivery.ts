import { setTimeout as sleep } from "node:timers/promises";
import type { ChannelStatus } from "../../protocol/health.ts";
import type { Disposable } from "../platform/disposables.ts";
import { ToolError } from "../platform/errors.ts";
import type { Logger } from "../platform/logger.ts";
import type { Announcement } from "./announcements.ts";

/** One way out. */
export interface Channel {
  readonly name: ChannelStatus["channel"];
  /** Host of the target, for people. */
  readonly target: string;
  /** Ends when the other side has confirmed. Fails with `Refused` when trying again is of no use. */
  send(announcement: Announcement, signal: AbortSignal): Promise<void>;
  close(): Promise<void> | void;
}

/** The other side does not take this message, now or later. */
export class Refused extends Error {}

export interface Delivery extends Disposable {
  add(announcements: readonly Announcement[]): void;
  status(): readonly ChannelStatus[];
}

export interface DeliveryOptions {
  readonly channels: readonly Channel[];
  readonly log: Logger;
  /** Before the second attempt; doubled for each further one. */
  readonly firstRetryMs?: number;
  now(): Date;
}

const maxWaiting = 100;
const maxRetryMs = 5 * 60_000;

/** Sends each announcement once by each channel, in order, and again until it is confirmed, for as long as the process runs. */
export function createDelivery({ channels, log, now, firstRetryMs = 5_000 }: DeliveryOptions): Delivery {
  const end = new AbortController();
  const queues = channels.map((channel) => openQueue(channel, { log, now, firstRetryMs, end: end.signal }));
  return {
    add(announcements) {
      for (const queue of queues) queue.add(announcements);
    },
    status: () => queues.map((queue) => queue.status()),
    async dispose() {
      end.abort();
      await Promise.all(queues.map((queue) => queue.ended()));
    },
  };
}

interface QueueOptions extends Required<Pick<DeliveryOptions, "log" | "now" | "firstRetryMs">> {
  readonly end: AbortSignal;
}

function openQueue(channel: Channel, { log, now, firstRetryMs, end }: QueueOptions) {
  const waiting: Announcement[] = [];
  let givenUp = 0;
  let last: ChannelStatus["last"];
  let working: Promise<void> = Promise.resolve();
  let isWorking = false;

  async function work(): Promise<void> {
    for (let next = waiting[0]; next && !end.aborted; next = waiting[0]) {
      const outcome = await deliver(next);
      if (outcome === "stopped") return;
      // A full queue may have dropped it meanwhile.
      if (waiting[0] === next) waiting.shift();
      if (outcome === "refused") givenUp++;
    }
    isWorking = false;
  }

  async function deliver(announcement: Announcement): Promise<"delivered" | "refused" | "dropped" | "stopped"> {
    for (let attempts = 1; ; attempts++) {
      const { alert, state } = announcement;
      const facts = { alert: alert.id, rule: alert.rule, state, attempts };
      const note = (outcome: "delivered" | "retrying" | "refused", problem?: string) => {
        last = { ...facts, outcome, at: now().toISOString(), ...(problem !== undefined && { problem }) };
      };
      try {
        await channel.send(announcement, end);
        note("delivered");
        return "delivered";
      } catch (error) {
        if (end.aborted) return "stopped";
        // The other side's own words can contain what was sent to it, such as the name of a user.
        const problem =
          error instanceof Refused || error instanceof ToolError ? error.message : "It could not be sent.";
        const isFinal = error instanceof Refused;
        note(isFinal ? "refused" : "retrying", problem);
        if (isFinal || attempts === 1) {
          log.warn("alerts.delivery", { channel: channel.name, target: channel.target, ...facts, problem });
        }
        if (isFinal) return "refused";
      }
      const pause = Math.min(maxRetryMs, firstRetryMs * 2 ** (attempts - 1));
      const isOver = await sleep(pause, false, { signal: end, ref: false }).catch(() => true);
      if (isOver) return "stopped";
      if (waiting[0] !== announcement) return "dropped";
    }
  }

  return {
    add(announcements: readonly Announcement[]) {
      if (end.aborted || announcements.length === 0) return;
      waiting.push(...announcements);
      const tooMany = waiting.length - maxWaiting;
      if (tooMany > 0) {
        waiting.splice(0, tooMany);
        givenUp += tooMany;
        log.warn("alerts.dropped", { channel: channel.name, messages: tooMany });
      }
      if (isWorking) return;
      isWorking = true;
      working = work();
    },
    status: (): ChannelStatus => ({
      channel: channel.name,
      target: channel.target,
      waiting: waiting.length,
      givenUp,
      ...(last && { last }),
    }),
    async ended() {
      await working;
      await channel.close();
    },
  };
}
