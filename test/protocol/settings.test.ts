import assert from "node:assert/strict";
import { headlessSchema, settingsSchema } from "../../src/protocol/settings.ts";

describe("addresses in settings", () => {
  const addresses = [
    "http://127.0.0.1:4318",
    "http://localhost:4318",
    "http://192.168.1.5:40123",
    "http://[fe80::1]:40123",
    "http://collector:4318",
    "http://host.docker.internal:40123",
    "https://traces.example.com/otlp",
  ];

  it("can have an IP address, a name without a dot, or a domain", () => {
    for (const name of ["endpoint.advertisedUrl", "traces.endpoint", "alerts.webhook"] as const) {
      const inWindow = addresses.map((address) => settingsSchema.parse({ [name]: address })[name]);
      assert.deepEqual(inWindow, addresses, name);
      const headless = addresses.map((address) => headlessSchema.shape[name].safeParse(address).data);
      assert.deepEqual(headless, addresses, name);
    }
  });

  it("count as not set when they are no address of the web, or have a password", () => {
    for (const wrong of ["127.0.0.1:4318", "ftp://127.0.0.1", "file:///tmp/pear", "pear"]) {
      assert.equal(settingsSchema.parse({ "endpoint.advertisedUrl": wrong })["endpoint.advertisedUrl"], "", wrong);
    }
    for (const wrong of ["pear", "http://user:password@127.0.0.1:4318"]) {
      assert.equal(settingsSchema.parse({ "traces.endpoint": wrong })["traces.endpoint"], "", wrong);
      // Another program's variable stops no command.
      assert.equal(headlessSchema.shape["traces.endpoint"].parse(wrong), "", wrong);
      assert.equal(headlessSchema.shape["alerts.webhook"].safeParse(wrong).success, false, wrong);
    }
  });
});
