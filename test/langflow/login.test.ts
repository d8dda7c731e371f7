import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { createAuthenticatedHttp } from "../../src/server/langflow/client/authenticated.ts";
import { findServer } from "../../src/server/langflow/client/findServer.ts";
import { createLangflowHttp } from "../../src/server/langflow/client/http.ts";
import type { HttpCall } from "../../src/server/platform/http.ts";
import { runCli } from "../support/cli.ts";
import { startLangflow, user } from "../support/langflow.ts";
import type { Langflow } from "../support/langflow.ts";
import { startLink } from "./inProcessLink.ts";
import { askLangflow } from "./rest.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

const expirySeconds = 8;
/** Names that Langflow's own pages have as well. */
const subPath = "/flows/all";

/** A reverse proxy that has Langflow at a path, and a page of its own elsewhere. */
async function startProxy(target: string): Promise<{ server: Server; url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { url = "", method, headers } = incoming;
    asked.push(`${headers.authorization ?? ""}${String(headers["x-api-key"] ?? "")}`);
    if (!url.startsWith(`${subPath}/`)) {
      outgoing.writeHead(200, { "content-type": "text/html" }).end("<h1>Orchard</h1>");
      return;
    }
    const there = request(`${target}${url.slice(subPath.length)}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(there);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe("a Langflow that wants a login", function () {
  this.timeout(240_000);
  let langflow: Langflow;
  let workspace: ScratchWorkspace;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  const { signal } = new AbortController();
  const file = (name: string, text: string) => {
    writeFileSync(path.join(workspace.folder, name), `${text}\n`);
    return path.join(workspace.folder, name);
  };
  const list = (...args: string[]) =>
    runCli(["flow", "list", "--workspace", workspace.folder, "--data", workspace.folder, ...args]);

  before(async () => {
    [langflow, workspace] = await Promise.all([
      startLangflow({
        version: "1.13.0",
        autoLogin: false,
        env: {
          LANGFLOW_ACCESS_TOKEN_EXPIRE_SECONDS: String(expirySeconds),
          LANGFLOW_RATE_LIMIT_ENABLED: "false",
          LANGFLOW_MCP_SERVERS_LOCKED: "true",
        },
      }),
      scratchWorkspace({ "README.md": "# Orchard\n" }),
    ]);
    proxy = await startProxy(langflow.url);
  });
  after(async () => {
    proxy.server.close();
    await langflow.stop();
    await workspace.remove();
  });

  it("takes the key or the password of a user, and says what is wrong with another one", async () => {
    const at = ["--url", langflow.url];
    const key = file("key", langflow.apiKey);
    const password = file("password", user.password);
    assert.equal((await list(...at, "--key-file", key)).code, 0);
    assert.equal((await list(...at, "--user", user.username, "--key-file", password)).code, 0);
    const refused: readonly [args: string[], message: RegExp][] = [
      [[], /asks for a login, and no API key was given/],
      [["--key-file", file("wrong-key", "sk-wrong")], /refused the key/],
      [["--user", user.username, "--key-file", file("wrong", "pears")], /refused the user name or the password/],
      [["--user", user.username], /no password for the user gardener.*--key-file/],
    ];
    for (const [args, message] of refused) {
      const { code, stderr } = await list(...at, ...args);
      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.ok(!/sk-wrong|pears\b/.test(stderr), stderr);
    }
  });

  it("says that a key has expired or was revoked, and that a flow is of another user", async () => {
    const at = ["--url", langflow.url];
    const { ask } = askLangflow(langflow);
    const soon = new Date(Date.now() + 4_000).toISOString();
    const made = (await ask("POST", "/api/v1/api_key/", { name: "short", expires_at: soon })) as { api_key: string };
    const short = file("short-key", made.api_key);
    const { id } = (await ask("POST", "/api/v1/flows/", {
      ...{ name: "Basket of the gardener", data: { nodes: [], edges: [] } },
    })) as { id: string };

    const visitor = { username: "visitor", password: "Pears-and-plums-2" };
    const { id: userId } = (await ask("POST", "/api/v1/users/", visitor)) as { id: string };
    await ask("PATCH", `/api/v1/users/${userId}`, { is_active: true });
    const as = (name: string, password: string) => [
      ...at,
      "--user",
      name,
      "--key-file",
      file(`${name}-password`, password),
    ];
    const flow = (...args: string[]) =>
      runCli(["flow", ...args, "--workspace", workspace.folder, "--data", workspace.folder]);
    const ours = as(user.username, user.password);
    const theirs = as(visitor.username, visitor.password);
    assert.equal((await flow("pull", id, ...ours)).code, 0);
    assert.match((await list(...theirs)).stdout, /^No flows/);
    const pushed = await flow("push", "flows/Basket_of_the_gardener.json", ...theirs);
    assert.equal(pushed.code, 1);
    assert.match(pushed.stderr, /has a flow of this id that belongs to another user, so nothing was written\. Connect/);
    const gone = await flow("versions", id, ...theirs);
    assert.match(gone.stderr, /no longer exists in Langflow|belongs to another user/);
    const stored = (await ask("GET", `/api/v1/flows/${id}`)) as { name: string; user_id: string };
    assert.equal(stored.name, "Basket of the gardener");
    assert.notEqual(stored.user_id, userId);

    const hers = createAuthenticatedHttp(
      { base: langflow.url },
      { user: { name: visitor.username, password: visitor.password } },
    );
    await hers.logIn(signal);
    await assert.rejects(hers.json({ method: "GET", path: "/api/v1/users/", signal }, z.unknown()), {
      code: "NOT_PERMITTED",
      message: /does not let the user of this key do that: "The user doesn't have enough privileges"\.$/,
    });
    await hers.close();
    const link = await startLink("visitors");
    try {
      const login = { user: { name: visitor.username, password: visitor.password } };
      const { state, registration } = await link.link.connect({ url: langflow.url, ...login, signal });
      assert.deepEqual([state, registration?.state], ["connected", "missing"]);
      assert.match(
        registration?.problem ?? "",
        /is not registered.*"MCP server configuration is locked\..*Ask its administrator/,
      );
    } finally {
      await link.close();
    }

    const revoked = (await ask("POST", "/api/v1/api_key/", { name: "lost" })) as { id: string; api_key: string };
    const lost = file("lost-key", revoked.api_key);
    assert.equal((await list(...at, "--key-file", lost)).code, 0);
    await ask("DELETE", `/api/v1/api_key/${revoked.id}`);
    for (const key of [lost, short]) {
      const wait = Date.parse(soon) - Date.now();
      if (key === short && wait > 0) await sleep(wait + 500);
      const { code, stderr } = await list(...at, "--key-file", key);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /refused the key \(HTTP 40[13]\): it is wrong, has expired or was revoked\. Create an API key/,
      );
    }
    await ask("DELETE", `/api/v1/flows/${id}`);
  });

  it("gets a new token when the old one has expired, once for calls that meet it together", async () => {
    const login = { user: { name: user.username, password: user.password } };
    let logins = 0;
    const http = createAuthenticatedHttp({ base: langflow.url }, login);
    await http.logIn(signal);
    const answer = (await (
      await fetch(`${langflow.url}/api/v1/login`, { method: "POST", body: new URLSearchParams(user) })
    ).json()) as { access_token: string };
    const old = createLangflowHttp({
      base: langflow.url,
      credential: () => ({ kind: "bearer", value: answer.access_token }),
    });
    const whoAmI: HttpCall = { method: "GET", path: "/api/v1/users/whoami", signal };
    const name = async (from: Pick<typeof http, "json">) =>
      (await from.json(whoAmI, z.object({ username: z.string() }))).username;
    assert.equal(await name(old), user.username);
    await sleep((expirySeconds + 2) * 1_000);
    await assert.rejects(name(old), /HTTP 401/);
    const counted = createServer((incoming, outgoing) => {
      if (incoming.url === "/api/v1/login") logins++;
      const { method, headers, url = "" } = incoming;
      incoming.pipe(
        request(`${langflow.url}${url}`, { method, headers }, (there) => {
          outgoing.writeHead(there.statusCode ?? 502, there.headers);
          there.pipe(outgoing);
        }),
      );
    });
    counted.listen(0, "127.0.0.1");
    await once(counted, "listening");
    assert.equal(await name(http), user.username);
    const through = createAuthenticatedHttp(
      { base: `http://127.0.0.1:${(counted.address() as AddressInfo).port}` },
      login,
    );
    await through.logIn(signal);
    await sleep((expirySeconds + 2) * 1_000);
    assert.deepEqual(await Promise.all([name(through), name(through), name(through)]), Array(3).fill(user.username));
    assert.equal(logins, 2);
    await Promise.all([http.close(), old.close(), through.close()]);
    counted.close();
  });

  it("is found behind a proxy from the address of any of its pages, without a credential", async () => {
    const server = `${proxy.url}${subPath}`;
    const id = "11111111-2222-3333-4444-555555555555";
    for (const page of [
      "",
      "/",
      `/flow/${id}`,
      `/flow/${id}/folder/${id}`,
      "/settings/mcp-servers",
      `/all/folder/${id}`,
    ]) {
      assert.equal(await findServer(`${server}${page}`, { network: {}, signal }), server, page);
      assert.equal(await findServer(`${langflow.url}${page}?x=1#y`, { network: {}, signal }), langflow.url, page);
    }
    assert.deepEqual([...new Set(proxy.asked)], [""]);
    const { code, stdout, stderr } = await list(
      ...["--url", `${server}/settings/general`, "--key-file", file("key", langflow.apiKey)],
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /No flows/);
  });
});
