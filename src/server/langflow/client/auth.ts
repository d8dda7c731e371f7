import { z } from "zod";
import { ToolError } from "../../platform/errors.ts";
import type { Credential, LangflowHttp } from "./http.ts";
import { statusOf } from "./http.ts";

const AutoLogin = z.object({ access_token: z.string().min(1) });

/** The credential of a Langflow that logs its single user in by itself; it refuses when that is switched off. */
export async function autoLogin(http: LangflowHttp, signal: AbortSignal): Promise<Credential> {
  try {
    const answer = await http.json({ method: "GET", path: "/api/v1/auto_login", signal }, AutoLogin);
    return { kind: "bearer", value: answer.access_token };
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined || status >= 500) throw error;
    throw new ToolError(
      "NOT_READY",
      `Langflow at ${http.base} asks for a login, and no API key was given.`,
      "Create an API key in Langflow under Settings > Langflow API Keys and connect with it.",
    );
  }
}

/** Fails with the remedy when the credential is not taken. */
export async function checkCredential(http: LangflowHttp, signal: AbortSignal): Promise<void> {
  await http.json({ method: "GET", path: "/api/v1/users/whoami", signal }, z.object({ id: z.string() }));
}
