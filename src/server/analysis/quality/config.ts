import path from "node:path";
import ignore from "ignore";
import type { Ignore } from "ignore";
import { z } from "zod";
import { severities } from "../../../protocol/findings.ts";
import { isTest } from "../../platform/fileKinds.ts";
import type { Folder, SourceFile } from "../files/model.ts";
import { textIn } from "../../platform/openFile.ts";
import { defaultSetting, ruleNames } from "./rules.ts";
import type { Rule, RuleSetting, RuleSettings } from "./rules.ts";
import type { Weighed } from "./findings.ts";

/** Committed beside the code, in each root. It changes what is judged and nothing else. */
export const qualityFile = ".langflow-connect/quality.json";

const maxBytes = 1_000_000;
const Level = z.enum(["off", ...severities]);
const Limit = z.int().min(0).max(1_000_000).describe("From this number on it is a finding");
const RuleChange = z.union([Level, z.strictObject({ severity: Level.optional(), limit: Limit.optional() })]);
const Rules = z.partialRecord(z.enum(ruleNames), RuleChange);

const Files = z.array(z.string().min(1)).min(1).describe("Patterns as in .gitignore");

export const QualityConfig = z.strictObject({
  $schema: z.string().optional(),
  rules: Rules.optional().describe("Severity or limit of each rule, in every file"),
  overrides: z
    .array(z.strictObject({ files: Files, rules: Rules }))
    .max(200)
    .optional()
    .describe("The same for some files, by patterns as in .gitignore; the last match wins"),
});

type Changes = z.output<typeof Rules>;

/** How every file of the workspace is judged, and what is wrong with the files that say so. */
export interface QualityRules {
  of(file: Pick<SourceFile, "path" | "name">): RuleSettings;
  readonly problems: readonly Weighed[];
}

export const defaultRules: QualityRules = {
  of({ name }) {
    const inTests = isTest(name);
    return (rule) => defaultSetting(rule, inTests);
  },
  problems: [],
};

interface RootRules {
  readonly rules: Changes;
  readonly overrides: readonly { readonly matcher: Ignore; readonly rules: Changes }[];
}

export async function readRules(
  roots: readonly Folder[],
  overlays: ReadonlyMap<string, string>,
): Promise<QualityRules> {
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
      const base = defaultRules.of(file);
      const own = byRoot.find(({ prefix }) => file.path.startsWith(prefix))?.own;
      if (!own) return base;
      const matching = own.overrides.filter(({ matcher }) => matcher.ignores(file.name)).map(({ rules }) => rules);
      const changes = [own.rules, ...matching];
      return (rule) => changes.reduce((setting, change) => changed(setting, change[rule]), base(rule));
    },
  };
}

function changed(setting: RuleSetting, change: Changes[Rule]): RuleSetting {
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
