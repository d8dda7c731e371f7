import { autoLogin, checkCredential } from "./client/auth.ts";
import { createLangflowHttp } from "./client/http.ts";
import type { Credential, LangflowHttp } from "./client/http.ts";
import type { ServerAddress } from "./environments/environments.ts";

/** A Langflow for one piece of work, besides the one that the link leads to. */
export async function openServer({ url, apiKey }: ServerAddress, signal: AbortSignal): Promise<LangflowHttp> {
  let credential: Credential = apiKey === undefined ? { kind: "none" } : { kind: "key", value: apiKey };
  const http = createLangflowHttp({ base: url, credential: () => credential });
  try {
    if (apiKey === undefined) credential = await autoLogin(http, signal);
    await checkCredential(http, signal);
    return http;
  } catch (error) {
    await http.close();
    throw error;
  }
}
