import assert from "node:assert/strict";
import { certificatesOf, windowNetwork } from "../../../src/server/app/network.ts";
import { readProxies, readSettings } from "../../../src/server/cli/settings.ts";
import { InitializationOptions } from "../../../src/protocol/initialization.ts";
import { settingsSchema } from "../../../src/protocol/settings.ts";

const direct = { useProxy: true, proxy: "", noProxy: [] as string[], systemCertificates: true };
const inShell = { proxies: { http: "http://a:1", https: "http://b:2" }, noProxy: ".test" };

describe("How Langflow is reached", () => {
  it("has the proxies of the environment, in small letters first", () => {
    const env = { HTTP_PROXY: "http://a:1", https_proxy: "http://b:2", HTTPS_PROXY: "http://c:3", NO_PROXY: ".test" };
    assert.deepEqual(readProxies(env), inShell);
    assert.deepEqual(readProxies({}), { proxies: { http: "", https: "" }, noProxy: "" });
  });

  it("has the certificates of flags and environment, as whole paths", () => {
    const { caFile, clientCert, clientKey } = certificatesOf(
      readSettings({ "ca-file": "/a/ca.pem" }, { LFC_CA_FILE: "/b.pem", LFC_CLIENT_CERT: "c.pem" }),
    );
    assert.deepEqual([caFile, clientCert, clientKey], ["/a/ca.pem", `${process.cwd()}/c.pem`, undefined]);
  });

  it("follows VS Code's own settings in a window: its proxy first, none when it has switched them off", () => {
    const settings = settingsSchema.parse({ "tls.caFile": "/a/ca.pem" });
    const of = (network: Partial<typeof direct>) =>
      windowNetwork({ settings, network: { ...direct, ...network } }, inShell);
    assert.deepEqual(of({}), { caFile: "/a/ca.pem", systemCertificates: true, ...inShell });
    assert.deepEqual(of({ proxy: "http://d:4", noProxy: ["orchard"] }), {
      ...{ caFile: "/a/ca.pem", systemCertificates: true },
      ...{ proxies: { http: "http://d:4", https: "http://d:4" }, noProxy: "orchard,.test" },
    });
    assert.deepEqual(of({ useProxy: false, proxy: "http://d:4", systemCertificates: false }), {
      ...{ caFile: "/a/ca.pem", systemCertificates: false },
    });
  });

  it("has the default of a setting of VS Code that is of a wrong type, and starts", () => {
    const wrong = { useProxy: "on", proxy: 80, noProxy: "localhost", systemCertificates: "all" };
    const exclusions = { exclude: ["**/x"], useIgnoreFiles: "yes" };
    const read = InitializationOptions.parse({ network: wrong, exclusions, settings: settingsSchema.parse({}) });
    assert.deepEqual(read.network, direct);
    assert.deepEqual(read.exclusions, { exclude: ["**/x"], useIgnoreFiles: true });
  });
});
