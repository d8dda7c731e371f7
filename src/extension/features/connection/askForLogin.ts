import { window } from "vscode";
import type { Login } from "./rememberedLangflow.ts";

const byKey = "API key";
const byPassword = "User name and password";

/** Asks how to log in, and with what; undefined when the user gives it up. */
export async function askForLogin(url: string, problem: string): Promise<Login | undefined> {
  const how = await window.showQuickPick([byKey, byPassword], {
    title: `Log in to Langflow at ${url}`,
    placeHolder: problem,
    ignoreFocusOut: true,
  });
  if (how === byKey) return askForApiKey(url, problem);
  return how === byPassword ? askForPassword(url) : undefined;
}

export async function askForApiKey(url: string, problem: string): Promise<Login | undefined> {
  const typed = await window.showInputBox({
    title: `Connect to Langflow at ${url}`,
    prompt: `${problem} Create a key in Langflow under Settings > Langflow API Keys.`,
    placeHolder: "API key",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Paste the API key" : undefined),
  });
  return typed === undefined ? undefined : { apiKey: typed.trim() };
}

async function askForPassword(url: string): Promise<Login | undefined> {
  const user = await window.showInputBox({
    title: `User name for Langflow at ${url}`,
    prompt: "The name that you log in with on Langflow's page.",
    placeHolder: "User name",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Give the user name" : undefined),
  });
  if (user === undefined) return undefined;
  const password = await window.showInputBox({
    title: `Password for Langflow at ${url}`,
    prompt: `The password of ${user.trim()}.`,
    placeHolder: "Password",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === "" ? "Give the password" : undefined),
  });
  return password === undefined ? undefined : { user: user.trim(), password };
}
