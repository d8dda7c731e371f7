import { window } from "vscode";
import { commandTitles } from "../../../protocol/commands.ts";
import { serverAddress } from "../../../protocol/langflowAddress.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { runCommand } from "../../support/feature.ts";
import { withProgress } from "../../support/progress.ts";
import { askForApiKey, askForLogin } from "./askForLogin.ts";
import { chooseLangflow } from "./chooseLangflow.ts";
import type { KeptLogin, Login, RememberedLangflow } from "./rememberedLangflow.ts";

interface Deps {
  readonly server: WindowServer;
  readonly remembered: RememberedLangflow;
}

/** Asks for a login only where Langflow's auto-login is off or the login that was kept is not valid any more. */
export async function connectLangflow(deps: Deps): Promise<void> {
  const { server, remembered } = deps;
  const chosen = await chooseLangflow(server, remembered.lastUrl());
  if (!chosen) return;
  const { url, login: given, keyVariable } = chosen;
  const { login, keep } = given
    ? { login: given, keep: { keyVariable } }
    : await remembered.login(serverAddress(url) ?? url);
  await connect(deps, { url, login, keep }).catch((error: unknown) =>
    askAndConnect(deps, { url, failure: error, ask: askForLogin }),
  );
}

/** Langflow wants a login, or another one. */
function wantsLogin(error: unknown): error is UserError {
  return error instanceof UserError && (error.code === "KEY_NEEDED" || error.code === "LOGIN_REFUSED");
}

/** Connects once more, with a key, when the failure asks for one; false when the user gives none. */
export async function askForKey(deps: Deps, failure: unknown): Promise<boolean> {
  const url = deps.remembered.workspaceUrl();
  if (url === undefined && wantsLogin(failure)) return false;
  return askAndConnect(deps, { url: url ?? "", failure, ask: askForApiKey });
}

interface Asking {
  readonly url: string;
  readonly failure: unknown;
  readonly ask: typeof askForLogin;
}

async function askAndConnect(deps: Deps, { url, failure, ask }: Asking): Promise<boolean> {
  if (!wantsLogin(failure)) throw failure;
  const login = await ask(url, failure.problem);
  if (!login) return false;
  try {
    await connect(deps, { url, login, keep: login });
    return true;
  } catch (error) {
    return askAndConnect(deps, { url, failure: error, ask });
  }
}

interface Connecting {
  readonly url: string;
  readonly login: Login;
  /** What is kept of the login: of a key in a variable, the name of that. */
  readonly keep: KeptLogin;
}

async function connect({ server, remembered }: Deps, { url, login, keep }: Connecting): Promise<void> {
  const status = await withProgress("Connecting to Langflow", (work) =>
    server.operate("link.connect", { url, ...login }, work),
  );
  await remembered.remember(status.url ?? url, keep);
  const name = status.registration?.name;
  const message = `Connected to Langflow ${status.version ?? ""}${name === undefined ? "" : `; the workspace is registered as ${name}`}.`;
  const problem = status.registration?.problem ?? status.warnings[0];
  if (problem === undefined) {
    const push = commandTitles.pushAnalysisFlow;
    void window.showInformationMessage(message, push).then((choice) => {
      if (choice === push) void runCommand("pushAnalysisFlow");
    });
  } else void window.showWarningMessage(`${message} ${problem}`);
}

export async function disconnectLangflow({ server, remembered }: Deps): Promise<void> {
  const { removed } = await withProgress(
    "Disconnecting from Langflow",
    () => server.operate("link.disconnect", {}),
    // Half of it would leave a registration with a token that is no longer valid.
    false,
  ).finally(() => remembered.forget());
  void window.showInformationMessage(
    removed
      ? "Disconnected. The workspace is no longer registered in Langflow; flows stay there. The token is new: copy the MCP endpoint again for other clients."
      : "Disconnected here. Another window on the same folders keeps the registration in Langflow.",
  );
}
