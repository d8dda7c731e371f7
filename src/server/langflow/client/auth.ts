import { z } from "zod";
import { ToolError } from "../../platform/errors.ts";
import type { Credential, LangflowHttp } from "./http.ts";
import { HttpFailure, statusOf } from "../../platform/http.ts";
import { keyNeeded } from "./keyNeeded.ts";

/** What a user has to log in with; without any of it, Langflow's auto-login is tried. */
export interface Login {
  readonly apiKey?: string;
  readonly user?: User;
}

export interface User {
  readonly name: string;
  readonly password: string;
}

const Token = z.object({ access_token: z.string().min(1) });

/** The credential of a login; again when a token has expired. */
export function logIn(http: LangflowHttp, { apiKey, user }: Login, signal: AbortSignal): Promise<Credential> {
  if (apiKey !== undefined) return Promise.resolve({ kind: "key", value: apiKey });
  return user ? passwordLogin(http, user, signal) : autoLogin(http, signal);
}

/** The credential of a Langflow that logs its single user in by itself; it refuses when that is switched off. */
async function autoLogin(http: LangflowHttp, signal: AbortSignal): Promise<Credential> {
  try {
    const answer = await http.json({ method: "GET", path: "/api/v1/auto_login", signal, isLogin: true }, Token);
    return { kind: "bearer", value: answer.access_token };
  } catch (error) {
    if (![400, 401, 403].includes(statusOf(error) ?? 0)) throw error;
    const message = `Langflow at ${http.base} asks for a login, and no API key was given.`;
    throw new ToolError(keyNeeded.code, message, keyNeeded.remedy);
  }
}

async function passwordLogin(http: LangflowHttp, { name, password }: User, signal: AbortSignal): Promise<Credential> {
  const form = { username: name, password };
  try {
    const call = { method: "POST", path: "/api/v1/login", form, signal, isLogin: true } as const;
    return { kind: "bearer", value: (await http.json(call, Token)).access_token };
  } catch (error) {
    const status = statusOf(error);
    if (status === 429) {
      throw new HttpFailure(429, {
        code: "TOO_MANY_LOGINS",
        message: `Langflow at ${http.base} takes no more logins for now: there were too many.`,
        remedy: "Wait a minute, then try again; an API key needs no login.",
      });
    }
    if (status !== 400 && status !== 401) throw error;
    throw new HttpFailure(401, {
      code: "LOGIN_REFUSED",
      message: `Langflow at ${http.base} refused the user name or the password.`,
      remedy: "Check both by logging in there with a browser. A new user must be activated by an administrator.",
    });
  }
}

/** Fails with the remedy when the credential is not taken. */
export async function checkCredential(http: LangflowHttp, signal: AbortSignal): Promise<void> {
  await http.json({ method: "GET", path: "/api/v1/users/whoami", signal }, z.object({ id: z.string() }));
}
