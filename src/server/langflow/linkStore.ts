import { rm } from "node:fs/promises";
import { z } from "zod";
import { readKept, writePrivate } from "../platform/dataFolder.ts";

const StoredLink = z.object({
  url: z.string(),
  keyFile: z.string().optional(),
  /** Whose password the key file contains. */
  user: z.string().optional(),
  /** Our name among Langflow's MCP servers. */
  serverName: z.string().optional(),
  /** Template → id of the flow it was pushed to. */
  flows: z.record(z.string(), z.string()).default({}),
});
export type StoredLink = z.output<typeof StoredLink>;

/** The link of one set of roots between two starts. Contains no secret. */
export interface LinkStore {
  read(): Promise<StoredLink | undefined>;
  write(link: StoredLink): Promise<void>;
  clear(): Promise<void>;
}

/** Flows and name belong to one Langflow: another address starts without them. */
export async function rememberLink(
  store: LinkStore,
  {
    url,
    keyFile,
    user,
    serverName,
  }: Pick<StoredLink, "url"> & Record<"keyFile" | "user" | "serverName", string | undefined>,
): Promise<void> {
  const kept = await store.read();
  const known = kept?.url === url ? kept : undefined;
  const name = serverName ?? known?.serverName;
  await store.write({
    url,
    flows: known?.flows ?? {},
    ...(keyFile !== undefined && { keyFile }),
    ...(keyFile !== undefined && user !== undefined && { user }),
    ...(name !== undefined && { serverName: name }),
  });
}

export async function rememberFlow(store: LinkStore, template: string, id: string): Promise<void> {
  const kept = await store.read();
  if (kept) await store.write({ ...kept, flows: { ...kept.flows, [template]: id } });
}

export function createLinkStore(file: string): LinkStore {
  return {
    async read() {
      const text = await readKept(file);
      if (text === undefined) return undefined;
      try {
        return StoredLink.safeParse(JSON.parse(text)).data;
      } catch {
        // A file that somebody broke is as good as none: connecting writes it again.
        return undefined;
      }
    },
    write: (link) => writePrivate(file, `${JSON.stringify(link)}\n`),
    clear: () => rm(file, { force: true }),
  };
}
