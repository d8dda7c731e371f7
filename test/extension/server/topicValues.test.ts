import assert from "node:assert/strict";
import { createTopicValues } from "../../../src/extension/server/topicValues.ts";
import { createTopics } from "../../../src/server/platform/topics.ts";
import { linkOff } from "../../../src/protocol/topics.ts";
import type { LinkStatus } from "../../../src/protocol/status.ts";

const connected: LinkStatus = { state: "connected", warnings: [] };

describe("topics", () => {
  it("reach a window that subscribes late with their newest value, and then with each change", () => {
    const hub = createTopics();
    hub.publish("link", linkOff);
    hub.publish("link", connected);
    const window = createTopicValues();
    const heard: (string | undefined)[] = [];
    window.topic("link").onChange((link) => heard.push(link?.state));
    hub.subscribe(window.keep);
    hub.publish("link", linkOff);
    assert.deepEqual(heard, ["connected", "off"]);
    assert.deepEqual(window.topic("link").get(), linkOff);
  });

  it("have no value once the server has stopped, listened to or not", () => {
    const window = createTopicValues();
    window.keep({ name: "link", value: connected });
    window.clear();
    assert.equal(window.topic("link").get(), undefined);
    assert.equal(window.topic("endpoint").get(), undefined);
  });
});
