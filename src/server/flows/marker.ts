/** What a pushed flow says of itself, in its description: Langflow's canvas keeps that, and lists carry it. */
export interface Marker {
  readonly template: string;
  readonly version: number;
  /** Our server name in Langflow: two workspaces keep two flows. */
  readonly workspace: string;
  /** Langflow's version at the push: another one may have updated the components' code by itself. */
  readonly langflow: string;
  /** Of nodes, fields and edges as they were pushed. */
  readonly hash: string;
  /** What the template's parameters were set to. */
  readonly parameters?: Readonly<Record<string, string>>;
}

const shape =
  /\[langflow-connect template=([\w-]{1,64}) version=(\d{1,6}) workspace=([\w.-]{1,128}) langflow=([\w.+-]{1,40}) hash=([0-9a-f]{16})(?: set=([\w.*+%=&-]{1,4000}))?\]/;

export function writeMarker(description: string, marker: Marker): string {
  const { template, version, workspace, langflow, hash, parameters = {} } = marker;
  const set = new URLSearchParams(parameters).toString();
  const facts = `template=${template} version=${version} workspace=${workspace} langflow=${langflow} hash=${hash}`;
  const text = `[langflow-connect ${facts}${set === "" ? "" : ` set=${set}`}]`;
  return `${proseOf(description)}\n\n${text}`.trimStart();
}

/** A description as people read it. */
export function proseOf(description: string | null | undefined): string {
  return (description ?? "").replace(shape, "").trimEnd();
}

export function readMarker(description: string | null | undefined): Marker | undefined {
  const match = shape.exec(description ?? "");
  if (!match) return undefined;
  const [, template = "", version = "", workspace = "", langflow = "", hash = "", set] = match;
  const parameters = set === undefined ? undefined : Object.fromEntries(new URLSearchParams(set));
  return { template, version: Number(version), workspace, langflow, hash, ...(parameters && { parameters }) };
}
