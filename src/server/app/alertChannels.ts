import type { HeadlessSettings, Settings } from "../../protocol/settings.ts";
import type { ChannelSettings } from "../health/channels.ts";
import { readSecret } from "../platform/keyFile.ts";

type AlertSettings = Pick<
  Settings & HeadlessSettings,
  "alerts.webhook" | "alerts.mailServer" | "alerts.mailUser" | "alerts.mailFrom" | "alerts.mailTo"
>;

interface AlertSecrets {
  readonly webhook?: string | undefined;
  readonly mailPassword?: string | undefined;
}

export function alertChannels(settings: AlertSettings, { webhook, mailPassword }: AlertSecrets = {}): ChannelSettings {
  return {
    webhook: settings["alerts.webhook"],
    webhookSecret: webhook,
    mailServer: settings["alerts.mailServer"],
    mailFrom: settings["alerts.mailFrom"],
    mailTo: settings["alerts.mailTo"],
    mailUser: settings["alerts.mailUser"],
    mailPassword,
  };
}

/** The secrets are in files: neither a command line nor an environment is a good position for them. */
export async function headlessChannels(settings: HeadlessSettings): Promise<ChannelSettings> {
  const read = async (file: string) => (file === "" ? undefined : readSecret(file));
  const [webhook, mailPassword] = await Promise.all([
    read(settings["alerts.webhookSecretFile"]),
    read(settings["alerts.mailPasswordFile"]),
  ]);
  return alertChannels(settings, { webhook, mailPassword });
}
