import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, getCACertificates } from "node:tls";
import type { SecureContext } from "node:tls";
import { Agent, Pool, ProxyAgent, buildConnector } from "undici";
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
  /** Ends the requests that are under way, also of a dispatcher that is closed and forgets its connections at that. */
  destroy(): Promise<void>;
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
  const url = new URL(base);
  const isTls = url.protocol === "https:";
  const { connectTimeoutMs: timeout, keepAliveTimeout } = timeouts;
  const proxy = proxyFor(url, network);
  const contexts = isTls || proxy?.protocol === "https:" ? await contextsOf(network) : {};
  const toService = tlsBy(contexts.service);
  // A run answers when it is done.
  const waits = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout };
  const pools = new Set<Pool>();
  const open = (origin: string | URL, options: Pool.Options): Pool => {
    // Agents give up a pool whose connections idled.
    for (const each of pools) if (each.destroyed) pools.delete(each);
    const pool = new Pool(origin, options);
    pools.add(pool);
    return pool;
  };
  const destroy = async (): Promise<void> => {
    await Promise.all([...pools].map((each) => each.destroy()));
  };
  if (!proxy) {
    return { dispatcher: new Agent({ connect: { timeout, ...toService }, factory: open, ...waits }), destroy };
  }
  const connect = connectorTo({ timeout, ...tlsBy(contexts.proxy) });
  const dispatcher = new ProxyAgent({
    uri: proxy.href,
    connectTimeout: timeout,
    requestTls: toService,
    clientFactory: (origin) => open(origin, { connect }),
    // Requests that need no tunnel go to the proxy itself.
    factory: (origin, options) =>
      open(origin, Object.assign({}, options, waits, new URL(origin).origin === proxy.origin && { connect })),
    ...waits,
  });
  return { dispatcher, proxy: proxy.host, destroy };
}

/** The proxy that an address is asked through; undefined where it is asked directly. */
export function proxyFor(url: URL, network: Network): URL | undefined {
  const isDirect = isLoopback(url.href) || needsNoProxy(url, network.noProxy ?? "");
  return isDirect ? undefined : proxyOf(network.proxies?.[url.protocol === "https:" ? "https" : "http"] ?? "");
}

function tlsBy(secureContext: SecureContext | undefined) {
  return { allowH2: false, ...(secureContext && { secureContext }) };
}

/** No connection to the proxy itself came about; the cause says why. */
export class ProxyConnectionError extends Error {
  constructor(cause: Error) {
    super("There is no connection to the proxy.", { cause });
  }
}

/** Both legs of a route through a proxy fail with the same codes: the errors of the first one are marked. */
function connectorTo(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options);
  return (target, done) => {
    connect(target, (...[error, socket]) => {
      if (error) done(new ProxyConnectionError(error), null);
      else done(null, socket);
    });
  };
}

/** NO_PROXY: names of hosts, which stand for their subdomains too, `*.NAME` for these alone, `*` for every host; each may have a port. */
function needsNoProxy({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const usedPort = port === "" ? ({ "https:": "443" }[protocol] ?? "80") : port;
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .some((entry) => {
      // More than one colon without brackets is an IPv6 address.
      const [, before = entry, wantedPort = usedPort] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
      if (wantedPort !== usedPort) return false;
      const name = before.replace(/^\[|\]$/g, "").replace(/^\*?\.|\.$/g, "");
      return name === "*" || (name === host && !before.startsWith("*.")) || host.endsWith(`.${name}`);
    });
}

function proxyOf(address: string): URL | undefined {
  if (address.trim() === "") return undefined;
  const whole = /^[a-z\d]+:\/\//i.test(address.trim()) ? address.trim() : `http://${address.trim()}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  // It is not repeated: it may contain a password.
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    throw wrongFile("The address of the proxy is not one of an HTTP proxy.", "Correct http.proxy or HTTPS_PROXY.");
  }
  try {
    decodeURIComponent(`${url.username}:${url.password}`);
  } catch {
    throw wrongFile(
      "The user name or password in the address of the proxy contains a % that stands for no character.",
      "Write % as %25 in http.proxy or HTTPS_PROXY.",
    );
  }
  return url;
}

/** Undefined where Node's own trust is all there is. A proxy does not get to see the client certificate. */
interface Contexts {
  readonly service?: SecureContext;
  readonly proxy?: SecureContext;
}

/** To read hundreds of certificates takes long, and one command opens several routes. */
const openContexts = new WeakMap<Network, Promise<Contexts>>();

function contextsOf(network: Network): Promise<Contexts> {
  const known = openContexts.get(network);
  if (known) return known;
  const contexts = readContexts(network);
  openContexts.set(network, contexts);
  contexts.catch(() => {
    forgetCertificates(network);
  });
  return contexts;
}

/** The next route reads the files again. */
export function forgetCertificates(network: Network): void {
  openContexts.delete(network);
}

/** For TLS that is not of HTTP; undefined where Node's own trust is all there is. */
export async function secureContextOf(network: Network): Promise<SecureContext | undefined> {
  return (await contextsOf(network)).service;
}

async function readContexts(network: Network): Promise<Contexts> {
  const { caFile, clientCert, clientKey, systemCertificates = false } = network;
  const own = caFile === undefined ? [] : [await readCertificates("CA file", caFile)];
  const more = [...(systemCertificates ? getCACertificates("system") : []), ...own];
  if (clientKey !== undefined && clientCert === undefined) {
    throw wrongFile("There is a key of a client certificate and no certificate.", "Give both.");
  }
  const shown = clientCert === undefined ? undefined : await readClientCertificate(clientCert, clientKey ?? clientCert);
  // What NODE_EXTRA_CA_CERTS names is among the default ones.
  const trusted = more.length > 0 && { ca: [...getCACertificates("default"), ...more] };
  const proxy = trusted ? createSecureContext(trusted) : undefined;
  const service = shown ? createSecureContext({ ...trusted, ...shown }) : proxy;
  return { ...(proxy && { proxy }), ...(service && { service }) };
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
const noTls = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/;
/** What a server answers that wants a certificate of ours: none came, or not one that it takes. */
const clientRefused =
  /ALERT_(CERTIFICATE_(REQUIRED|UNKNOWN|EXPIRED|REVOKED)|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)\b/;

/** The error of a connection that did not come about. */
export interface ConnectionFault {
  /** "" for none. */
  readonly code: string;
  readonly message: string;
  /** To the proxy, which gets no client certificate. */
  readonly isProxys: boolean;
}

/** Why TLS came about with nobody; undefined when a failure has nothing to do with it. */
export function tlsProblem({ code, message, isProxys }: ConnectionFault, base: string): ToolError | undefined {
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
  if (code !== "EPROTO" && !code.startsWith("ERR_SSL_")) return undefined;
  // With EPROTO only the message has the reason, in the words of OpenSSL.
  const reason = `${code} ${message}`.toUpperCase().replaceAll(" ", "_");
  if (noTls.test(reason)) {
    return refused(`${base} does not speak TLS.`, "When it has none, start the address with http://.");
  }
  if (clientRefused.test(reason) && !isProxys) return clientCertificateNeeded(base);
  return refused(
    `TLS with ${base} did not come about (${code}): most often both sides know no common version or cipher.`,
    "Let it take TLS 1.2 or newer, and look at its own log.",
  );
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
