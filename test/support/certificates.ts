// Certificates of a test's own authority, and of nobody's, made by openssl.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect as connectPlain } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:tls";
import type { TlsOptions } from "node:tls";
import { promisify } from "node:util";

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

interface Wanted {
  /** Files are called after it. */
  readonly name: string;
  /** Names of the host, such as `IP:127.0.0.1`. */
  readonly for?: string;
  /** Who signs it; itself when left out. */
  readonly by?: CertificateFiles;
  /** Negative for one that has expired. */
  readonly days?: number;
}

export async function makeCertificate(dir: string, { name, by, days = 2, ...more }: Wanted): Promise<CertificateFiles> {
  const files = { cert: join(dir, `${name}.pem`), key: join(dir, `${name}.key`) };
  const names = more.for ?? "IP:127.0.0.1,DNS:localhost";
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", files.key, "-out", files.cert, "-days", String(days), "-subj", `/CN=${name}`],
    ...["-addext", `subjectAltName=${names}`],
    ...(by ? ["-CA", by.cert, "-CAkey", by.key] : []),
  ]);
  return files;
}

export interface TlsFront {
  readonly port: number;
  close(): void;
}

/** Speaks TLS with whoever comes, and is `target` behind it. */
export async function startTlsFront(
  target: string,
  { cert, key }: CertificateFiles,
  more: TlsOptions = {},
): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(target);
  const server = createServer({ cert: await readFile(cert), key: await readFile(key), ...more }, (socket) => {
    const onward = connectPlain(Number(port), hostname);
    sockets.add(socket).add(onward);
    socket.pipe(onward).pipe(socket);
    for (const each of [socket, onward]) each.on("error", () => (socket.destroy(), onward.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
