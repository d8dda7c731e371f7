import assert from "node:assert/strict";
import { serverEnvironment } from "../../../src/extension/server/serverEnvironment.ts";

const fixed = { ELECTRON_RUN_AS_NODE: "1", MALLOC_ARENA_MAX: "1" };

describe("the server's environment", () => {
  it("passes on what a program needs and our own variables", () => {
    const given = { PATH: "/bin", HOME: "/home/a", LANG: "C", LFC_DATA: "/data", SYSTEMROOT: "C:\\Windows" };
    assert.deepEqual(serverEnvironment(given), { ...given, ...fixed });
  });

  it("passes on how this machine reaches the network", () => {
    const given = {
      HTTPS_PROXY: "http://a:1",
      no_proxy: ".test",
      NODE_EXTRA_CA_CERTS: "/ca.pem",
      SSL_CERT_DIR: "/certs",
    };
    assert.deepEqual(serverEnvironment(given), { ...given, ...fixed });
  });

  it("drops what could make it run other code or hold a secret", () => {
    const given = {
      NODE_OPTIONS: "--require=/tmp/x.js",
      LD_PRELOAD: "/tmp/x.so",
      GIT_SSH_COMMAND: "x",
      API_KEY: "k",
      VSCODE_IPC_HOOK: "s",
    };
    assert.deepEqual(serverEnvironment(given), fixed);
  });
});
