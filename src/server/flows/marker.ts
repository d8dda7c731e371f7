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
}

const shape =
  /\[langflow-connect template=([\w-]{1,64}) version=(\d{1,6}) workspace=([\w.-]{1,128}) langflow=([\w.+-]{1,40}) hash=([0-9a-f]{16})\]/;

export function writeMarker(description: string, marker: Marker): string {
  const { template, version, workspace, langflow, hash } = marker;
  const text = `[langflow-connect template=${template} version=${version} workspace=${workspace} langflow=${langflow} hash=${hash}]`;
  const prose = description.replace(shape, "").trimEnd();
  return `${prose}\n\n${text}`.trimStart();
}

export function readMarker(description: string | null | undefined): Marker | undefined {
  const match = shape.exec(description ?? "");
  if (!match) return undefined;
  const [, template = "", version = "", workspace = "", langflow = "", hash = ""] = match;
  return { template, version: Number(version), workspace, langflow, hash };
}
