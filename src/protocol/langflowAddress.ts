/** Pages of Langflow's web interface, by the first name of their path. */
const pages = new Set(
  "flow flows playground folder all components mcp settings login signup account admin files knowledge-bases assets store".split(
    " ",
  ),
);

/**
 * The address of a Langflow server from what a person pastes: the address of any of its pages, such as that of a flow on
 * the canvas, is cut to the server, and a path in front (behind a proxy) stays. Undefined: no address for a browser.
 */
export function serverAddress(input: string): string | undefined {
  const text = input.trim();
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, origin, pathname } = new URL(text);
  if ((protocol !== "http:" && protocol !== "https:") || username !== "" || password !== "") return undefined;
  const names = pathname.split("/").filter((name) => name !== "");
  const page = names.findIndex((name) => pages.has(name));
  return [origin, ...(page === -1 ? names : names.slice(0, page))].join("/");
}
