import { ToolError } from "../platform/errors.ts";

/** Protocols of git over a network; whatever else git knows reads local files or starts programs. */
const protocols = new Set(["https:", "http:", "ssh:", "git:"]);

/** The address of a repository: a URL, or `user@host:path` as GitHub shows it for ssh. */
export function checkRepositoryUrl(given: string): URL {
  const short = /^([A-Za-z0-9_][\w.-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/)([^\s:]+)$/.exec(given);
  const url = URL.parse(short ? `ssh://${short[1] ?? ""}@${short[2] ?? ""}/${short[3] ?? ""}` : given);
  const isPlain = !/[\p{Cc}\s\\]/u.test(given) && /^[a-z]+:\/\/[^/]/i.test(short ? "ssh://x" : given);
  if (!url || !isPlain || !protocols.has(url.protocol) || url.host === "" || url.hostname.startsWith("-")) {
    throw invalid("This is no address of a git repository.");
  }
  if (url.password !== "" || (url.username !== "" && (url.protocol !== "ssh:" || url.username.startsWith("-")))) {
    throw invalid("The address contains a login.");
  }
  if (url.search !== "" || url.hash !== "" || url.pathname === "/")
    throw invalid("This is no address of a git repository.");
  return url;
}

function invalid(message: string): ToolError {
  return new ToolError(
    "INVALID_ARGUMENT",
    message,
    "Give one such as https://github.com/wevm/viem; a login belongs to git's credential helper.",
  );
}

/** What the last part of the address is called, as a name of a folder. */
export function nameOf(url: URL): string {
  const last = url.pathname.replace(/\/+$/, "").split("/").at(-1) ?? "";
  const name = last
    .replace(/\.git$/, "")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 60);
  return name === "" ? "repository" : name;
}
