// A real HTTP server and a real SMTP server for what is sent out.
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";

import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import type { SMTPServerOptions } from "smtp-server";

export interface Post {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly key: string; readonly state: string; readonly alert: Readonly<Record<string, unknown>> };
}

export interface Webhook {
  readonly url: string;
  readonly posts: readonly Post[];
  close(): Promise<void>;
}

interface WebhookOptions {
  readonly port?: number;
  /** The status of each post by its number, from 0; 0 is no answer at all. */
  answer?(post: number): number;
}

export async function startWebhook({ port = 0, answer = () => 204 }: WebhookOptions = {}): Promise<Webhook> {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const status = answer(posts.length);
      posts.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text) as Post["body"] });
      if (status !== 0) response.writeHead(status).end("It has secret words.");
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook/pear?id=7`,
    posts,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly secure: boolean;
  readonly text: string;
  header(name: string): string | undefined;
}

export interface MailServer {
  readonly url: string;
  readonly mails: readonly Mail[];
  close(): Promise<void>;
}

export async function startMailServer({ port = 0, ...options }: SMTPServerOptions & { port?: number } = {}) {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, session, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
          user: session.user === undefined ? undefined : String(session.user),
          secure: session.secure,
          text,
          header(name) {
            const unfolded = text.split("\r\n\r\n")[0]?.replaceAll(/\r\n[ \t]/g, " ") ?? "";
            return new RegExp(`^${name}: (.*)$`, "im").exec(unfolded)?.[1];
          },
        });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  const listening = server.listen(port, "127.0.0.1");
  await once(listening, "listening");
  const bound = (listening.address() as AddressInfo).port;
  const found: MailServer = {
    url: `${options.secure === true ? "smtps" : "smtp"}://127.0.0.1:${String(bound)}`,
    mails,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
  return found;
}
