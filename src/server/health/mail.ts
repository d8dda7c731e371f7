import type { Transporter } from "nodemailer";
import { isLoopback, secureContextOf } from "../platform/network.ts";
import type { Network } from "../platform/network.ts";
import { ToolError, systemCode } from "../platform/errors.ts";
import type { Announcement } from "./announcements.ts";
import { Refused } from "./delivery.ts";
import type { Channel } from "./delivery.ts";
import type { Source } from "./webhook.ts";

export interface MailOptions {
  /** `smtps://HOST[:465]` with TLS from the start, or `smtp://HOST[:587]` with STARTTLS. */
  readonly server: string;
  readonly from: string;
  /** Addresses with commas between. */
  readonly to: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly network: Network;
  readonly source: Source;
  readonly timeoutMs?: number;
}

/** Mails each change of an alert. A proxy is not asked: SMTP knows none. */
export function createMail(options: MailOptions): Channel {
  const { server, from, to, source, timeoutMs = 20_000 } = options;
  const { host, hostname } = new URL(server);
  let opening: Promise<Transporter> | undefined;
  return {
    name: "mail",
    target: host,
    async send(announcement, signal) {
      // A certificate that could not be read may be there the next time.
      opening ??= openTransport(options).catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      const transport = await opening;
      const { alert, state } = announcement;
      const idOf = (of: string) => `<${alert.id}.${of}@langflow-connect.invalid>`;
      try {
        await transport.sendMail({
          from,
          to,
          subject: subjectOf(announcement),
          text: textOf(announcement, source),
          // The same for each attempt: a mail server that got it twice can know it by that.
          messageId: idOf(state),
          ...(state !== "fired" && { inReplyTo: idOf("fired"), references: idOf("fired") }),
          headers: { "Auto-Submitted": "auto-generated" },
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
      } catch (error) {
        throw failureOf(error, hostname);
      }
    },
    async close() {
      (await opening?.catch(() => undefined))?.close();
    },
  };
}

async function openTransport({ server, user, password, network }: MailOptions): Promise<Transporter> {
  // Most processes send no mail.
  const { createTransport } = await import("nodemailer");
  const { protocol, hostname, port } = new URL(server);
  const secure = protocol === "smtps:";
  const secureContext = await secureContextOf(network);
  const withLogin = user !== undefined && password !== undefined;
  return createTransport({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    // A password does not leave this machine in the clear.
    requireTLS: !secure && withLogin && !isLoopback(`http://${hostname}`),
    ...(withLogin && { auth: { user, pass: password } }),
    tls: { minVersion: "TLSv1.2", ...(secureContext && { secureContext }) },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function subjectOf({ state, alert: { severity, message } }: Announcement): string {
  const label = state === "resolved" ? "over" : severity;
  return `[Langflow Connect] ${label}: ${message}`;
}

function textOf({ state, alert }: Announcement, { host, workspace, version }: Source): string {
  const { id, rule, subject, message, remedy, firedAt, escalatedAt, resolvedAt } = alert;
  return [
    message,
    ...(state === "resolved" ? [] : [remedy]),
    "",
    `Rule: ${rule}${subject === undefined ? "" : ` (${subject})`}`,
    `Since: ${firedAt}`,
    ...(escalatedAt === undefined ? [] : [`An error since: ${escalatedAt}`]),
    ...(resolvedAt === undefined ? [] : [`Over since: ${resolvedAt}`]),
    `Workspace: ${workspace} on ${host}`,
    `Alert: ${id}`,
    "",
    `Langflow Connect ${version}`,
  ].join("\n");
}

/** The words of the mail server stay out of it: they can contain addresses and names. */
function failureOf(error: unknown, host: string): Error {
  if (error instanceof ToolError) return error;
  const code = systemCode(error);
  const response = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
  const answer = response > 0 ? ` (${String(response)})` : code === "" ? "" : ` (${code})`;
  if (response >= 500) {
    const what = code === "EAUTH" ? "did not take the user name and password" : "refused the message";
    return new Refused(`The mail server ${host} ${what}${answer}.`, { cause: error });
  }
  return new ToolError(
    "NOT_READY",
    `The mail could not be given to ${host}${answer}.`,
    "Check the address of the mail server, and that it runs.",
  );
}
