import type { Activity } from "../protocol/status.ts";

/** Which entries are listed; all when everything is empty. */
export interface ActivityFilter {
  /** Part of a name, client, outcome or id. */
  readonly text: string;
  /** A kind, or a kind with a name; see `whatOf`. */
  readonly what: string;
  readonly client: string;
  /** An outcome, or `anyFailure`. */
  readonly outcome: string;
}

export const everything: ActivityFilter = { text: "", what: "", client: "", outcome: "" };

/** Every outcome but ok, which is no code of an error. */
export const anyFailure = "not ok";

export function whatOf({ kind, name }: Pick<Activity, "kind" | "name">): string {
  return `${kind}:${name}`;
}

export function filtered(
  activities: readonly Activity[],
  { text, what, client, outcome }: ActivityFilter,
): readonly Activity[] {
  const wanted = text.trim().toLowerCase();
  const has = (value: string) => value.toLowerCase().includes(wanted);
  return activities.filter(
    (one) =>
      (what === "" || what === one.kind || what === whatOf(one)) &&
      (client === "" || client === one.client) &&
      (outcome === "" || (outcome === anyFailure ? one.outcome !== "ok" : outcome === one.outcome)) &&
      (wanted === "" || has(one.name) || has(one.client) || has(one.outcome) || has(one.id)),
  );
}

/** What the lists of the filter offer, by what the entries have. */
export interface FilterChoices {
  readonly whats: readonly string[];
  readonly clients: readonly string[];
  readonly outcomes: readonly string[];
}

export function choicesOf(activities: readonly Activity[]): FilterChoices {
  const sorted = (values: Iterable<string>) => [...new Set(values)].sort();
  const codes = sorted(activities.map(({ outcome }) => outcome)).filter((outcome) => outcome !== "ok");
  return {
    whats: ["", "tool", "run", ...sorted(activities.map(whatOf))],
    clients: ["", ...sorted(activities.map(({ client }) => client))],
    outcomes: ["", "ok", anyFailure, ...codes],
  };
}
