import type { ExtensionContext } from "vscode";
import { keyIn } from "../../support/keyIn.ts";

/** What a user logs in with; nothing where Langflow's auto-login does. */
export interface Login {
  readonly apiKey?: string;
  readonly user?: string;
  readonly password?: string;
}

/** A key that is in an environment variable is read from there each time, and never kept. */
export type KeptLogin = Login | { readonly keyVariable: string | undefined };

/** What to log in with, and what is kept of it. */
export interface UsableLogin {
  readonly login: Login;
  readonly keep: KeptLogin;
}

/** Which Langflow: the last one of this user, and the one of this workspace. Keys and passwords are in SecretStorage only. */
export interface RememberedLangflow {
  lastUrl(): string | undefined;
  workspaceUrl(): string | undefined;
  login(url: string): Promise<UsableLogin>;
  remember(url: string, login: KeptLogin): Promise<void>;
  forget(): Promise<void>;
}

/** What VS Code keeps for an extension. */
export type ExtensionStorage = Pick<ExtensionContext, "globalState" | "workspaceState" | "secrets">;

const lastKey = "langflow.lastUrl";
const linkKey = "langflow.url";
/** Of the Langflow of the workspace; not in the workspace itself, whose files must not choose what is sent. */
const variableKey = "langflow.keyVariable";

export function createRememberedLangflow({
  globalState,
  workspaceState,
  secrets,
}: ExtensionStorage): RememberedLangflow {
  const names = { apiKey: "langflow.key", user: "langflow.user", password: "langflow.password" } as const;
  const parts = ["apiKey", "user", "password"] as const;
  return {
    lastUrl: () => globalState.get<string>(lastKey),
    workspaceUrl: () => workspaceState.get<string>(linkKey),
    async login(url) {
      const variable =
        workspaceState.get<string>(linkKey) === url ? workspaceState.get<string>(variableKey) : undefined;
      const inVariable = variable === undefined ? undefined : keyIn(variable);
      if (inVariable !== undefined) return { login: { apiKey: inVariable }, keep: { keyVariable: variable } };
      const kept = parts.map((part) => secrets.get(`${names[part]} ${url}`));
      const [apiKey, user, password] = await Promise.all(kept);
      const login = {
        ...(apiKey !== undefined && { apiKey }),
        ...(user !== undefined && { user }),
        ...(password !== undefined && { password }),
      };
      return { login, keep: login };
    },
    async remember(url, login) {
      await globalState.update(lastKey, url);
      await workspaceState.update(linkKey, url);
      await workspaceState.update(variableKey, "keyVariable" in login ? login.keyVariable : undefined);
      if ("keyVariable" in login) return;
      // Without a login, auto-login did: a key that an earlier run needed stays.
      if (Object.keys(login).length === 0) return;
      for (const part of parts) {
        const value = login[part];
        if (value === undefined) await secrets.delete(`${names[part]} ${url}`);
        else await secrets.store(`${names[part]} ${url}`, value);
      }
    },
    forget: async () => workspaceState.update(linkKey, undefined),
  };
}
