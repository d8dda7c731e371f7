import { cancelled } from "../../platform/errors.ts";
import { statusOf } from "../../platform/http.ts";
import type { HttpCall } from "../../platform/http.ts";
import { checkCredential, logIn } from "./auth.ts";
import type { Login } from "./auth.ts";
import { createLangflowHttp } from "./http.ts";
import type { Credential, LangflowHttp, LangflowHttpOptions } from "./http.ts";

export interface AuthenticatedHttp extends LangflowHttp {
  /** Logs in, and fails with the remedy when that is refused. */
  logIn(signal: AbortSignal): Promise<void>;
  hasCredential(): boolean;
}

/** Langflow's REST API as a user; a token that has expired is renewed once for each call. */
export function createAuthenticatedHttp(
  options: Omit<LangflowHttpOptions, "credential">,
  login: Login,
): AuthenticatedHttp {
  let credential: Credential = login.apiKey === undefined ? { kind: "none" } : { kind: "key", value: login.apiKey };
  let renewing: Promise<void> | undefined;
  const http = createLangflowHttp({ ...options, credential: () => credential });

  /** Bounded by the time-out of its request alone: other callers wait for it when the first one is cancelled. */
  const unstopped = new AbortController().signal;

  async function renew(signal: AbortSignal): Promise<void> {
    credential = await logIn(http, login, signal);
  }

  /** Whether the call is worth another try: with a newer token than the one that was refused. */
  async function isRenewed(error: unknown, used: Credential, { signal, isLogin }: HttpCall): Promise<boolean> {
    if (statusOf(error) !== 401 || used.kind !== "bearer" || isLogin === true) return false;
    if (credential === used) {
      renewing ??= renew(unstopped).finally(() => {
        renewing = undefined;
      });
      await waitFor(renewing, signal);
    }
    return true;
  }

  async function renewed<T>(call: HttpCall, work: () => Promise<T>): Promise<T> {
    const used = credential;
    try {
      return await work();
    } catch (error) {
      if (await isRenewed(error, used, call)) return work();
      throw error;
    }
  }

  return {
    base: http.base,
    json: (call, schema) => renewed(call, () => http.json(call, schema)),
    text: (call) => renewed(call, () => http.text(call)),
    bytes: (call) => renewed(call, () => http.bytes(call)),
    async *lines(call) {
      const used = credential;
      let isRead = false;
      try {
        for await (const line of http.lines(call)) {
          isRead = true;
          yield line;
        }
      } catch (error) {
        if (isRead || !(await isRenewed(error, used, call))) throw error;
        yield* http.lines(call);
      }
    },
    close: http.close,
    async logIn(signal) {
      await renew(signal);
      await checkCredential(http, signal);
    },
    hasCredential: () => credential.kind !== "none",
  };
}

/** Waits until the caller wants no more; the work itself goes on. */
async function waitFor(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const waited = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(cancelled());
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true, signal: waited.signal });
  });
  try {
    await Promise.race([work, stopped]);
  } finally {
    waited.abort();
  }
}
