import { createAuthenticatedHttp } from "./client/authenticated.ts";
import type { LangflowHttp } from "./client/http.ts";
import { findServer } from "./client/findServer.ts";
import type { Reaching } from "./client/findServer.ts";
import type { ServerAddress } from "./environments/environments.ts";

/** A Langflow for one piece of work, besides the one that the link leads to. */
export async function openServer({ url, ...login }: ServerAddress, reaching: Reaching): Promise<LangflowHttp> {
  const { network, signal } = reaching;
  const http = createAuthenticatedHttp({ base: await findServer(url, reaching), network }, login);
  try {
    await http.logIn(signal);
    return http;
  } catch (error) {
    await http.close();
    throw error;
  }
}
