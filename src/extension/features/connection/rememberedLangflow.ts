import type { ExtensionContext } from "vscode";

/** Which Langflow: the last one of this user, and the one of this workspace. Keys are in SecretStorage only. */
export interface RememberedLangflow {
  lastUrl(): string | undefined;
  workspaceUrl(): string | undefined;
  key(url: string): Promise<string | undefined>;
  remember(url: string, key: string | undefined): Promise<void>;
  forget(): Promise<void>;
}

/** What VS Code keeps for an extension. */
export type ExtensionStorage = Pick<ExtensionContext, "globalState" | "workspaceState" | "secrets">;

const lastKey = "langflow.lastUrl";
const linkKey = "langflow.url";

export function createRememberedLangflow({
  globalState,
  workspaceState,
  secrets,
}: ExtensionStorage): RememberedLangflow {
  const secretOf = (url: string) => `langflow.key ${url}`;
  return {
    lastUrl: () => globalState.get<string>(lastKey),
    workspaceUrl: () => workspaceState.get<string>(linkKey),
    key: async (url) => secrets.get(secretOf(url)),
    async remember(url, key) {
      await globalState.update(lastKey, url);
      await workspaceState.update(linkKey, url);
      if (key !== undefined) await secrets.store(secretOf(url), key);
    },
    forget: async () => workspaceState.update(linkKey, undefined),
  };
}
