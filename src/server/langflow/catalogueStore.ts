import { mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { Component } from "../flows/model.ts";
import type { Catalogue } from "../flows/model.ts";
import { readKept, writePrivate } from "../platform/dataFolder.ts";

/** The components of a Langflow as it listed them last. */
export interface KeptCatalogue {
  readonly version: string;
  readonly catalogue: Catalogue;
}

/** For work without a connection: one file for each version, and the one that was written last counts. */
export interface CatalogueStore {
  write(kept: KeptCatalogue): Promise<void>;
  newest(): Promise<KeptCatalogue | undefined>;
}

const Kept = z.object({ version: z.string(), components: z.record(z.string(), Component) });

export function createCatalogueStore(folder: string): CatalogueStore {
  return {
    async write({ version, catalogue }) {
      const name = version.replaceAll(/[^\w.+-]/g, "_");
      const text = JSON.stringify({ version, components: Object.fromEntries(catalogue) });
      await writePrivate(path.join(folder, `${name}.json`), text);
    },
    async newest() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
      const files = await Promise.all(
        names.map(async (name) => {
          const file = path.join(folder, name);
          return { file, at: (await stat(file)).mtimeMs };
        }),
      );
      for (const { file } of files.sort((one, other) => other.at - one.at)) {
        const kept = Kept.safeParse(parsed((await readKept(file)) ?? ""));
        if (kept.success) {
          const { version, components } = kept.data;
          return { version, catalogue: new Map(Object.entries(components)) };
        }
      }
      return undefined;
    },
  };
}

/** A file of another version of ours, or a broken one, is no catalogue. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
