import { isIP } from "node:net";
import { ToolError } from "../errors.ts";
import { isPublicAddress } from "./addresses.ts";

const allowRemedy =
  "Only the user can allow an address of this machine or its network, as HOST:PORT: langflowConnect.egress.allowedHosts in VS Code, LFC_EGRESS_ALLOWED_HOSTS of another server.";

export function blocked(message: string, remedy = allowRemedy): ToolError {
  return new ToolError("EGRESS_BLOCKED", message, remedy);
}

function malformed(problem: string): ToolError {
  return new ToolError(
    "INVALID_ARGUMENT",
    `The URL ${problem}.`,
    "Give a whole address such as https://api.example.com/items; what is special in it is percent-encoded.",
  );
}

/**
 * The one parse of a URL: what is judged is what is asked. Refuses what two parsers could read in two ways.
 * @param base what a redirect is relative to
 */
export function parseUrl(text: string, base?: URL): URL {
  // eslint-disable-next-line no-control-regex -- those are looked for
  if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\ufeff]/.test(text))
    throw malformed("contains a space or a control character");
  if (text.includes("\\")) throw malformed("contains a backslash");
  if (!URL.canParse(text, base?.href)) throw malformed("cannot be read");
  const url = new URL(text, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw blocked(`Addresses of ${url.protocol} are not called.`, "Give one that starts with https:// or http://.");
  }
  if (url.username !== "" || url.password !== "") throw malformed("contains a user name or a password");
  // They are not sent.
  url.hash = "";
  return url;
}

/** The host without the brackets of IPv6 and the dot at the end of a whole name. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/** Names that a network gives out for itself. */
const ownNames = /(^|\.)(localhost|local|internal|svc|localdomain|home\.arpa)$/;

/** Refuses an address or a name that is not public by its text; a name must still be looked up. */
export function checkHost(url: URL): void {
  const host = hostOf(url);
  if (isIP(host) !== 0) {
    if (!isPublicAddress(host)) throw blocked(`${host} is no public address.`);
  } else if (!/^[^.]+(\.[^.]+)+$/.test(host) || ownNames.test(host))
    throw blocked(`${host || "It"} is no public name.`);
}

/** Refuses a name when any of its addresses is not public: which one a connection gets is chance. */
export function checkAddresses(host: string, addresses: readonly string[]): void {
  if (addresses.length === 0 || !addresses.every(isPublicAddress)) {
    throw blocked(`${host} leads to an address that is not public.`);
  }
}

/** HOST:PORT as the user writes it, in the form that URLs have; undefined for anything else. */
export function hostAndPort(entry: string): string | undefined {
  const [, host = "", port = ""] = /^([^\s/@?#\\]+):(\d{1,5})$/.exec(entry.trim()) ?? [];
  const whole = `http://${host}/`;
  if (host === "" || Number(port) > 65_535 || !URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  return url.port === "" ? `${hostOf(url)}:${String(Number(port))}` : undefined;
}

/** The same form for a URL. */
export function hostAndPortOf(url: URL): string {
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return `${hostOf(url)}:${port}`;
}
