import { createHash, randomUUID } from "node:crypto";
import { lstatSync } from "node:fs";
import path from "node:path";
import type { HeadlessSettings, Settings } from "../../protocol/settings.ts";
import type { Analysis } from "../analysis/analysis.ts";
import type { ModelCallRecord } from "../platform/call.ts";
import { systemCode } from "../platform/errors.ts";
import { readSecret } from "../platform/keyFile.ts";
import type { Logger } from "../platform/logger.ts";
import type { Network } from "../platform/network.ts";
import { redactSecrets } from "../platform/redact.ts";
import { stampOf } from "../platform/stamps.ts";
import { createCodeIndex } from "../vectors/codeIndex.ts";
import type { CodeSource } from "../vectors/codeIndex.ts";
import { createEmbeddings } from "../vectors/embeddings.ts";
import type { EmbeddingSettings, EmbeddingUse } from "../vectors/embeddings.ts";
import { createIndexFiles, indexFileName, vectorsBeside } from "../vectors/indexFiles.ts";
import { noMeaning } from "../vectors/meaning.ts";
import type { Meaning } from "../vectors/meaning.ts";
import { createNearestTexts } from "../vectors/memoryIndex.ts";
import type { NearestTexts } from "../vectors/memoryIndex.ts";
import { createVectorStores } from "../vectors/store/threadStores.ts";
import { filesToSearch } from "../workspace/search/filesToSearch.ts";
import type { Workspace } from "../workspace/workspace.ts";

type EmbeddingFields = Pick<Settings & HeadlessSettings, "embeddings.url" | "embeddings.model">;

/** Undefined unless both are set. */
export function embeddingSettings(settings: EmbeddingFields, key: string | undefined): EmbeddingSettings | undefined {
  const { "embeddings.url": url, "embeddings.model": model } = settings;
  return url === "" || model === "" ? undefined : { url, model, key };
}

/** The key is in a file: neither a command line nor an environment is a good position for it. */
export async function headlessEmbeddings(settings: HeadlessSettings): Promise<EmbeddingSettings | undefined> {
  const file = settings["embeddings.keyFile"];
  return embeddingSettings(settings, file === "" ? undefined : await readSecret(file));
}

export interface MeaningDeps {
  readonly settings: EmbeddingSettings | undefined;
  readonly workspace: Workspace;
  readonly analysis: Pick<Analysis, "components">;
  /** Of the indexes. */
  readonly folder: string;
  readonly network: Network;
  readonly log: Logger;
  /** One row of the ledger for every answer of the endpoint. */
  recordModelCall(call: ModelCallRecord): Promise<void>;
}

export interface OpenMeaning {
  readonly meaning: Meaning;
  readonly nearestTexts?: NearestTexts;
  dispose(): Promise<void>;
}

const queryMs = 5_000;

export function openMeaning(deps: MeaningDeps): OpenMeaning {
  const { settings, workspace, analysis, folder, network, log } = deps;
  if (!settings) return { meaning: noMeaning(), dispose: () => Promise.resolve() };
  // Nobody waits for the row: a search is no slower for it.
  const onUse = (use: EmbeddingUse) => void deps.recordModelCall({ id: randomUUID(), ...use });
  const embeddings = createEmbeddings({ ...settings, network, onUse });
  // An agent waits for the answer: words are better than a late one.
  const queries = createEmbeddings({ ...settings, network, onUse, timeoutMs: queryMs, attempts: 1 });
  const stores = createVectorStores({ workerFile: new URL("./vectorWorker.mjs", import.meta.url), log });
  const index = path.join(folder, indexFileName(embeddings.id));
  const memories = path.join(folder, `${embeddings.id}-memories.vectors`);
  const meaning = createCodeIndex({
    source: createCodeSource(workspace, analysis),
    embeddings,
    queries,
    store: stores.open(vectorsBeside(index)),
    kept: createIndexFiles(index, log),
    log,
  });
  return {
    meaning,
    nearestTexts: createNearestTexts(queries, stores.open(memories)),
    async dispose() {
      await meaning.dispose();
      await stores.dispose();
      await Promise.all([embeddings.close(), queries.close()]);
    },
  };
}

function createCodeSource(workspace: Workspace, analysis: Pick<Analysis, "components">): CodeSource {
  return {
    async files(where, signal) {
      const query = { path: where, literal: undefined, caseSensitive: true };
      const { groups } = await filesToSearch(workspace, query, signal);
      return groups.flatMap(({ absolute, displayPath, files, generated }) =>
        generated
          ? []
          : files.map((name) => ({ path: displayPath + name, absolute: absolute + name.split("/").join(path.sep) })),
      );
    },
    stamp({ absolute }) {
      const text = workspace.documents.unsaved().get(absolute);
      if (text !== undefined) return createHash("sha256").update(text).digest("hex");
      try {
        return stampOf(lstatSync(absolute, { bigint: true }));
      } catch (error) {
        return systemCode(error);
      }
    },
    async read({ absolute }) {
      return redactSecrets((await workspace.documents.read(absolute)).text);
    },
    async declarations({ path: displayPath, absolute }, signal) {
      const scope = await workspace.scope();
      const query = { ...scope, target: { absolute, displayPath, isFolder: false } };
      // A language without a grammar, or a file that is too large to parse, is cut by lines.
      const found = await analysis.components(query, { signal, progress: () => undefined }).catch(() => undefined);
      return found?.components ?? [];
    },
  };
}
