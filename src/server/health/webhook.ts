import { createHttpClient, HttpFailure, statusOf } from "../platform/http.ts";
import { isLoopback } from "../platform/network.ts";
import type { Network } from "../platform/network.ts";
import type { Announcement } from "./announcements.ts";
import { Refused } from "./delivery.ts";
import type { Channel } from "./delivery.ts";

/** Whose alerts they are, for who gets those of several servers. */
export interface Source {
  /** Name of the machine. */
  readonly host: string;
  readonly workspace: string;
  /** Of Langflow Connect. */
  readonly version: string;
}

export interface WebhookOptions {
  readonly url: string;
  /** Sent as a bearer token. */
  readonly secret?: string | undefined;
  readonly network: Network;
  readonly source: Source;
  readonly timeoutMs?: number;
}

/** These pass; every other status from 300 to 499 says that the request itself is wrong. */
const passing: readonly number[] = [408, 425, 429];

/** Posts each change of an alert as JSON; docs/health.md has its form. */
export function createWebhook({ url, secret, network, source, timeoutMs = 10_000 }: WebhookOptions): Channel {
  const { origin, host, pathname, search } = new URL(url);
  const http = createHttpClient({
    service: "the webhook",
    base: origin,
    network,
    timeoutMs,
    connectTimeoutMs: 5_000,
    maxAnswerBytes: 2 ** 16,
    headers: () => (secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
    async refuse(response) {
      if (response.ok) return;
      await response.body?.cancel();
      throw new HttpFailure(response.status, {
        message: `The webhook at ${host} answered HTTP ${String(response.status)}.`,
        remedy: "Check its address and its secret, and look at its log.",
      });
    },
  });
  return {
    name: "webhook",
    target: host,
    async send({ key, state, alert }: Announcement, signal) {
      if (secret !== undefined && !origin.startsWith("https:") && !isLoopback(origin)) {
        throw new Refused(`The secret of the webhook is not sent to ${host} without TLS: use an https address.`);
      }
      const { silencedUntil: _silence, ...facts } = alert;
      const body = { version: 1, key, state, alert: facts, source };
      // The address itself can be the secret: messages have the host alone.
      const call = { method: "POST", path: `${pathname}${search}`, body, signal } as const;
      try {
        await http.exchange({ ...call, headers: { "idempotency-key": key } }, (response) => http.text(response));
      } catch (error) {
        const status = statusOf(error) ?? 0;
        if (error instanceof Error && status >= 300 && status < 500 && !passing.includes(status)) {
          throw new Refused(error.message, { cause: error });
        }
        throw error;
      }
    },
    close: () => http.close(),
  };
}
