import type { ExtensionContext } from "vscode";

/** Which Langflow: the last one of this user, and the one of this workspace. Keys are in SecretStorage only. */
export interface Links {
  lastUrl(): string | undefined;
  workspaceUrl(): string | undefined;
  key(url: string): Promise<string | undefined>;
  remember(url: string, key: string | undefined): Promise<void>;
  forget(): Promise<void>;
}

const lastKey = "langflow.lastUrl";
const linkKey = "langflow.url";

export function createLinks({ globalState, workspaceState, secrets }: ExtensionContext): Links {
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
