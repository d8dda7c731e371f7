import { z } from "zod";
import { ToolError } from "../../platform/errors.ts";
import type { Credential, LangflowHttp } from "./http.ts";
import { statusOf } from "../../platform/http.ts";
import { keyNeeded } from "./keyNeeded.ts";

const AutoLogin = z.object({ access_token: z.string().min(1) });

/** The credential of a Langflow that logs its single user in by itself; it refuses when that is switched off. */
export async function autoLogin(http: LangflowHttp, signal: AbortSignal): Promise<Credential> {
  try {
    const answer = await http.json({ method: "GET", path: "/api/v1/auto_login", signal }, AutoLogin);
    return { kind: "bearer", value: answer.access_token };
  } catch (error) {
    if (![400, 401, 403].includes(statusOf(error) ?? 0)) throw error;
    const message = `Langflow at ${http.base} asks for a login, and no API key was given.`;
    throw new ToolError(keyNeeded.code, message, keyNeeded.remedy);
  }
}

/** Fails with the remedy when the credential is not taken. */
export async function checkCredential(http: LangflowHttp, signal: AbortSignal): Promise<void> {
  await http.json({ method: "GET", path: "/api/v1/users/whoami", signal }, z.object({ id: z.string() }));
}
