import type { Network } from "../platform/network.ts";
import type { Channel } from "./delivery.ts";
import { createMail } from "./mail.ts";
import { createWebhook } from "./webhook.ts";
import type { Source } from "./webhook.ts";

/** Where alerts go; "" is nowhere. Only the user decides it, never a file of the workspace. */
export interface ChannelSettings {
  readonly webhook: string;
  readonly webhookSecret?: string | undefined;
  readonly mailServer: string;
  readonly mailFrom: string;
  readonly mailTo: string;
  readonly mailUser: string;
  readonly mailPassword?: string | undefined;
}

export function openChannels(
  settings: ChannelSettings,
  { network, source }: { readonly network: Network; readonly source: Source },
): readonly Channel[] {
  const { webhook, webhookSecret, mailServer, mailFrom, mailTo, mailUser, mailPassword } = settings;
  return [
    ...(webhook === "" ? [] : [createWebhook({ url: webhook, secret: webhookSecret, network, source })]),
    ...(mailServer === "" || mailFrom === "" || mailTo === ""
      ? []
      : [
          createMail({
            server: mailServer,
            from: mailFrom,
            to: mailTo,
            ...(mailUser !== "" && { user: mailUser, password: mailPassword }),
            network,
            source,
          }),
        ]),
  ];
}
