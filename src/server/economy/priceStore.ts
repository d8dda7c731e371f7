import { statSync } from "node:fs";
import { readKept, writePrivate } from "../platform/dataFolder.ts";
import { readKeptList } from "./priceList.ts";
import type { KeptList } from "./priceList.ts";
import { useList } from "./prices.ts";

/** The updated price list of this user, in a file that all their processes share. */
export interface PriceStore {
  /** Takes the list that another process has kept since. */
  refresh(): Promise<void>;
  keep(list: KeptList): Promise<void>;
}

export function createPriceStore(file: string, notice: (message: string) => void): PriceStore {
  let seen: string | undefined;

  let loading: Promise<void> | undefined;

  /** All that come meanwhile wait for the same, so that they go on in their order. */
  async function refresh(): Promise<void> {
    if (loading) return loading;
    const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
    const stamp = stat && `${String(stat.mtimeNs)} ${String(stat.ino)}`;
    if (stamp === seen) return;
    loading = load();
    await loading;
    loading = undefined;
    seen = stamp;
  }

  async function load(): Promise<void> {
    try {
      const text = await readKept(file);
      await useList(text === undefined ? undefined : readKeptList(text));
    } catch {
      await useList(undefined);
      notice(
        `The price list ${file} is damaged: the one of the product is used. Run \`langflow-connect prices update\`.`,
      );
    }
  }

  return {
    refresh,
    async keep(list) {
      await writePrivate(file, JSON.stringify(list));
      await refresh();
    },
  };
}
