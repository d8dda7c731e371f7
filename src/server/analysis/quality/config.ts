import path from "node:path";
import ignore from "ignore";
import type { Ignore } from "ignore";
import { z } from "zod";
import { RuleChanges } from "../../../protocol/findings.ts";
import type { Rule } from "../../../protocol/findings.ts";
import { isTest } from "../../platform/fileKinds.ts";
import type { Folder, SourceFile } from "../files/model.ts";
import { textIn } from "../../platform/openFile.ts";
import { defaultSetting } from "./rules.ts";
import type { RuleSetting, RuleSettings } from "./rules.ts";
import type { Weighed } from "./findings.ts";

/** Committed beside the code, in each root. It changes what is judged and nothing else. */
export const qualityFile = ".langflow-connect/quality.json";

const maxBytes = 1_000_000;
const Files = z.array(z.string().min(1)).min(1).describe("Patterns as in .gitignore");

export const QualityConfig = z.strictObject({
  $schema: z.string().optional(),
  rules: RuleChanges.optional().describe("Severity or limit of each rule, in every file"),
  overrides: z
    .array(z.strictObject({ files: Files, rules: RuleChanges }))
    .max(200)
    .optional()
    .describe("The same for some files, by patterns as in .gitignore; the last match wins"),
});

/** How every file of the workspace is judged, and what is wrong with the files that say so. */
export interface QualityRules {
  of(file: Pick<SourceFile, "path" | "name">): RuleSettings;
  readonly problems: readonly Weighed[];
}

/** The defaults with what the user's settings change of them. */
export function rulesWith(changes: RuleChanges): QualityRules {
  return {
    of({ name }) {
      const inTests = isTest(name);
      return (rule) => changed(defaultSetting(rule, inTests), changes[rule]);
    },
    problems: [],
  };
}

interface RootRules {
  readonly rules: RuleChanges;
  readonly overrides: readonly { readonly matcher: Ignore; readonly rules: RuleChanges }[];
}

/** @param given What the user's settings change; the files of the roots win. */
export async function readRules(
  roots: readonly Folder[],
  overlays: ReadonlyMap<string, string>,
  given: RuleChanges,
): Promise<QualityRules> {
  const defaults = rulesWith(given);
  const byRoot: { readonly prefix: string; readonly own: RootRules }[] = [];
  const problems: Weighed[] = [];
  for (const { absolute, displayPath } of roots) {
    const prefix = displayPath === "" ? "" : `${displayPath}/`;
    const file = path.join(absolute, qualityFile);
    const text = overlays.get(file) ?? (await textIn(file));
    if (text === undefined) continue;
    const read = parseConfig(text);
    if ("problem" in read) problems.push(problemAt(`${prefix}${qualityFile}`, read));
    else byRoot.push({ prefix, own: read });
  }
  return {
    problems,
    of(file) {
      const base = defaults.of(file);
      const own = byRoot.find(({ prefix }) => file.path.startsWith(prefix))?.own;
      if (!own) return base;
      const matching = own.overrides.filter(({ matcher }) => matcher.ignores(file.name)).map(({ rules }) => rules);
      const changes = [own.rules, ...matching];
      return (rule) => changes.reduce((setting, change) => changed(setting, change[rule]), base(rule));
    },
  };
}

function changed(setting: RuleSetting, change: RuleChanges[Rule]): RuleSetting {
  if (change === undefined) return setting;
  if (typeof change === "string") return { ...setting, severity: change };
  return { severity: change.severity ?? setting.severity, limit: change.limit ?? setting.limit };
}

interface Problem {
  readonly problem: string;
  readonly line: number;
}

function parseConfig(text: string): RootRules | Problem {
  if (text.length > maxBytes) return { problem: "the file is larger than 1 MB.", line: 1 };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = /position (\d+)/.exec(message)?.[1];
    return { problem: "the file is not valid JSON.", line: at === undefined ? 1 : lineOf(text, Number(at)) };
  }
  const parsed = QualityConfig.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const keys = [...(issue?.path ?? []), ...(issue?.code === "unrecognized_keys" ? issue.keys : [])];
    const named = keys.findLast((key) => typeof key === "string");
    const at = named === undefined ? -1 : text.indexOf(JSON.stringify(named));
    const where = keys.length === 0 ? "the file" : keys.join(".");
    return { problem: `${where}: ${issue?.message ?? "unknown content"}.`, line: at < 0 ? 1 : lineOf(text, at) };
  }
  const { rules = {}, overrides = [] } = parsed.data;
  return {
    rules,
    overrides: overrides.map((one) => ({ matcher: ignore().add([...one.files]), rules: one.rules })),
  };
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function problemAt(file: string, { problem, line }: Problem): Weighed {
  return {
    rule: "invalid-configuration",
    severity: "error",
    path: file,
    line,
    message: `No rule of this file is applied: ${problem}`,
    fix: "Correct the file; docs/analysis.md lists rules, severities and limits.",
    about: problem,
    weight: 100,
  };
}
