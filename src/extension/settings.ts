import { workspace } from "vscode";
import type { z } from "zod";
import { settingsSchema } from "../protocol/settings.ts";
import type { Settings } from "../protocol/settings.ts";

const section = "langflowConnect";

/** The settings as VS Code resolved them; the scopes in the manifest say who may set what. */
export function readSettings(): Settings {
  const values = workspace.getConfiguration(section);
  const given: Partial<Record<keyof z.input<typeof settingsSchema>, unknown>> = {};
  for (const key of settingsSchema.keyof().options) given[key] = values.get(key);
  return settingsSchema.parse(given);
}
