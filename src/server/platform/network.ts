import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, getCACertificates } from "node:tls";
import type { SecureContext } from "node:tls";
import { Agent, EnvHttpProxyAgent, Pool } from "undici";
import type { Dispatcher } from "undici";
import { ToolError } from "./errors.ts";

/**
 * How this machine reaches other services: whom it trusts beside the CAs of Node, what it shows for itself, and its
 * proxies. Only the user decides it, never a file of the workspace.
 */
export interface Network {
  /** PEM file with certificates that are trusted too. */
  readonly caFile?: string;
  /** PEM file with the certificate that a service may ask for. */
  readonly clientCert?: string;
  /** PEM file with its key; that of the certificate when left out. */
  readonly clientKey?: string;
  /** Trust what the operating system trusts. */
  readonly systemCertificates?: boolean;
  /** Addresses of proxies by the scheme of what is asked; "" for none. */
  readonly proxies?: Readonly<Record<"http" | "https", string>>;
  /** Hosts that are asked without a proxy, as in NO_PROXY. */
  readonly noProxy?: string;
}

/** What sends the requests to one service. */
export interface Route {
  readonly dispatcher: Dispatcher;
  /** Host and port of the proxy that the requests go to, if any. */
  readonly proxy?: string;
}

export interface Timeouts {
  readonly connectTimeoutMs: number;
  readonly keepAliveTimeout: number;
}

/** True where what is sent does not leave this machine. */
export function isLoopback(base: string): boolean {
  const { hostname } = new URL(base);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Reads the files of the network's certificates; what is wrong with one of them is a ToolError. */
export async function openRoute(base: string, network: Network, timeouts: Timeouts): Promise<Route> {
  const isTls = base.startsWith("https:");
  const { connectTimeoutMs, keepAliveTimeout } = timeouts;
  const secureContext = isTls ? await secureContextOf(network) : undefined;
  const tls = { allowH2: false, ...(secureContext && { secureContext }) };
  // A run answers when it is done.
  const waits = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout };
  const connect = { timeout: connectTimeoutMs, ...tls };
  const proxy = isLoopback(base) ? undefined : proxyOf(network.proxies?.[isTls ? "https" : "http"] ?? "");
  if (!proxy) return { dispatcher: new Agent({ connect, ...waits }) };
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: proxy.href,
    httpsProxy: proxy.href,
    noProxy: network.noProxy ?? "",
    connect,
    connectTimeout: connectTimeoutMs,
    requestTls: tls,
    proxyTls: tls,
    factory: (origin, options) => new Pool(origin, Object.assign({}, options, waits)),
    ...waits,
  });
  return { dispatcher, proxy: proxy.host };
}

function proxyOf(address: string): URL | undefined {
  if (address.trim() === "") return undefined;
  const whole = /^[a-z\d]+:\/\//i.test(address.trim()) ? address.trim() : `http://${address.trim()}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url && ["http:", "https:"].includes(url.protocol)) return url;
  // It is not repeated: it may contain a password.
  throw wrongFile("The address of the proxy is not one of an HTTP proxy.", "Correct http.proxy or HTTPS_PROXY.");
}

/** Undefined when Node's own trust is all there is. */
async function secureContextOf(network: Network): Promise<SecureContext | undefined> {
  const { caFile, clientCert, clientKey, systemCertificates = false } = network;
  const own = caFile === undefined ? [] : [await readCertificates("CA file", caFile)];
  const ca = [...(systemCertificates ? getCACertificates("system") : []), ...own];
  if (clientKey !== undefined && clientCert === undefined) {
    throw wrongFile("There is a key of a client certificate and no certificate.", "Give both.");
  }
  const shown = clientCert === undefined ? undefined : await readClientCertificate(clientCert, clientKey ?? clientCert);
  if (ca.length === 0 && !shown) return undefined;
  // What NODE_EXTRA_CA_CERTS names is among the default ones.
  return createSecureContext({ ...(ca.length > 0 && { ca: [...getCACertificates("default"), ...ca] }), ...shown });
}

async function readClientCertificate(certFile: string, keyFile: string): Promise<{ cert: string; key: string }> {
  const cert = await readCertificates("client certificate", certFile);
  const key = await readPem("key of the client certificate", keyFile);
  let belongs: boolean;
  try {
    belongs = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    throw wrongFile(
      `The key of the client certificate in ${keyFile} can't be used.`,
      "Give an unencrypted private key in PEM form, which only you can read.",
    );
  }
  if (belongs) return { cert, key };
  throw wrongFile(`The key in ${keyFile} is not that of the certificate in ${certFile}.`, "Give the two of one pair.");
}

async function readCertificates(what: string, file: string): Promise<string> {
  const text = await readPem(what, file);
  const blocks = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
    if (blocks.length > 0) return blocks.join("\n");
  } catch {
    // Said below.
  }
  throw wrongFile(`The ${what} ${file} contains no valid certificate.`, "Give one in PEM form.");
}

async function readPem(what: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw wrongFile(`The ${what} ${file} can't be read.`, "Give the path of a file that you can read.");
  }
}

function wrongFile(message: string, remedy: string): ToolError {
  return new ToolError("INVALID_ARGUMENT", message, remedy);
}

const untrusted: readonly string[] = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_SIGNATURE_FAILURE",
];
const outOfTime: readonly string[] = ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"];
const noTls: readonly string[] = ["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "EPROTO"];
/** What a server answers that wants a certificate of ours: none came, or not one that it knows. */
const clientRefused =
  /^ERR_SSL_.*ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|HANDSHAKE_FAILURE)$/;

/** Why TLS came about with nobody; undefined when a failure has nothing to do with it. */
export function tlsProblem(code: string, base: string): ToolError | undefined {
  if (untrusted.includes(code)) {
    return refused(
      `The certificate of ${base} is signed by no authority that is trusted here.`,
      "Give the certificate of its authority, or its own when it signed itself: --ca-file FILE on the command line, langflowConnect.tls.caFile in the user settings of VS Code.",
    );
  }
  if (outOfTime.includes(code)) {
    const state = code === "CERT_HAS_EXPIRED" ? "has expired" : "is not valid yet";
    return refused(`The certificate of ${base} ${state}.`, "Renew it there, or correct the clock of this machine.");
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const { hostname } = new URL(base);
    return refused(
      `The certificate of ${base} is for another host name than ${hostname}.`,
      "Use the name that is in the certificate, or have one issued for this name.",
    );
  }
  if (noTls.includes(code)) {
    return refused(`${base} does not speak TLS.`, "When it has none, start the address with http://.");
  }
  return clientRefused.test(code) ? clientCertificateNeeded(base) : undefined;
}

export function clientCertificateNeeded(base: string): ToolError {
  return refused(
    `${base} wants a client certificate, and another one than was given, if any.`,
    "Give yours: --client-cert FILE and --client-key FILE on the command line, langflowConnect.tls.clientCert and langflowConnect.tls.clientKey in the user settings of VS Code.",
  );
}

function refused(message: string, remedy: string): ToolError {
  return new ToolError("TLS_FAILED", message, remedy);
}
