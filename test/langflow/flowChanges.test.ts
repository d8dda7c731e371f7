import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { realParts } from "../../scripts/lib/realParts.ts";
import { ToolError } from "../../src/server/platform/errors.ts";
import { runCli } from "../support/cli.ts";
import { graphOf, openFlowServices, secretKey } from "./flowServices.ts";
import type { FlowServices, StoredFlow } from "./flowServices.ts";
import { versions } from "./live.ts";

/** What a write changes without being asked. */
function withoutTimes(flow: StoredFlow): object {
  const { updated_at: _at, version_token: _token, ...rest } = { updated_at: "", version_token: "", ...flow };
  return rest;
}

for (const version of versions) {
  describe(`changes of flows with Langflow ${version}`, function () {
    this.timeout(240_000);
    let services: FlowServices;
    const at = (name: string) => path.join(services.folder, name);
    const fileOf = (name: string) => JSON.parse(readFileSync(at(name), "utf8")) as StoredFlow;
    const edit = (name: string, change: object) => {
      writeFileSync(at(name), `${JSON.stringify({ ...fileOf(name), ...change }, null, 2)}\n`);
    };
    /** A new flow, and the file that it is pulled to. */
    const pulled = async (name: string) => {
      const flow = await services.make(name);
      const [written] = await services.operate("flowFiles.pull", { flows: [flow.id] });
      assert.ok(written);
      return { id: flow.id, file: written.path };
    };
    const textOf = ({ data }: StoredFlow) => data.nodes[0]?.data.node.template["text"]?.["value"];
    /** As the canvas saves. */
    const onCanvas = (id: string, change: object) => services.rest("PATCH", `/api/v1/flows/${id}`, change);
    const conflictOf = async (work: Promise<unknown>): Promise<ToolError> => {
      const failure = await work.then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(failure instanceof ToolError, "nothing was refused");
      assert.equal(failure.code, "CONFLICT");
      return failure;
    };
    const reviewedOf = ({ details }: ToolError) => {
      const { reviewed } = details;
      assert.ok(typeof reviewed === "string");
      return reviewed;
    };

    before(async () => {
      services = await openFlowServices(version);
    });
    after(async () => {
      await services.close();
    });
    beforeEach(() => {
      rmSync(at("flows"), { recursive: true, force: true });
    });

    it("pushes over the change that a conflict described, and over no later one", async () => {
      const { id, file } = await pulled(`Cask ${version}`);
      edit(file, { description: "from the file" });
      await onCanvas(id, { data: graphOf("pears") });
      const push = (more: object = {}) => services.operate("flowFiles.push", { files: [file], ...more });
      const first = await conflictOf(push());
      assert.match(first.message, /Press-1\.text: "apples" → "pears"/);
      await onCanvas(id, { data: graphOf("quinces") });
      const second = await conflictOf(push({ reviewed: reviewedOf(first) }));
      assert.match(second.message, /"quinces"/);
      assert.equal(textOf(await services.stored(id)), "quinces");

      await push({ reviewed: reviewedOf(second) });
      const now = await services.stored(id);
      assert.deepEqual([textOf(now), now.description], ["apples", "from the file"]);
    });

    it("pulls over the change of a file that a conflict described, and over no later one", async () => {
      const { id, file } = await pulled(`Vat ${version}`);
      edit(file, { description: "first" });
      const pull = (more: object = {}) => services.operate("flowFiles.pull", { flows: [id], ...more });
      const first = await conflictOf(pull());
      edit(file, { description: "second" });
      const second = await conflictOf(pull({ reviewed: reviewedOf(first) }));
      assert.equal(fileOf(file).description, "second");
      await pull({ reviewed: reviewedOf(second) });
      assert.equal(fileOf(file).description, "");
    });

    it("takes a push back: graph, keys, variables and settings are what they were", async () => {
      const { id, file } = await pulled(`Keg ${version}`);
      const before = await services.stored(id);
      edit(file, { description: "pushed", data: graphOf("pears") });
      await services.operate("flowFiles.push", { files: [file] });
      const { versions } = await services.operate("flowVersions.list", { flow: id });
      assert.deepEqual(
        versions.map(({ name, description }) => [name, description]),
        [["v1", "Before a push by Langflow Connect"]],
      );
      if (version === "1.13.0") {
        const { entries } = (await services.rest("GET", `/api/v1/flows/${id}/versions/`)) as { entries: unknown[] };
        assert.equal(entries.length, 1);
      }
      const { text } = await services.operate("flowVersions.text", { flow: id, version: "v1" });
      const was = JSON.parse(text) as StoredFlow;
      assert.deepEqual([textOf(was), was.description, text.includes(secretKey)], ["apples", "", false]);

      await services.operate("flowVersions.restore", { flow: file });
      const now = await services.stored(id);
      assert.deepEqual([now.data, now.description], [before.data, before.description]);
      const { flows } = await services.operate("flowFiles.status", {});
      assert.equal(flows.find((each) => each.id === id)?.state, "changedThere");
      // What was pushed is not lost either.
      const [newest] = (await services.operate("flowVersions.list", { flow: id })).versions;
      await services.operate("flowVersions.restore", { flow: id, version: newest?.name ?? "", overwrite: true });
      const again = await services.stored(id);
      assert.deepEqual([textOf(again), again.description], ["pears", "pushed"]);
    });

    it("takes back the removal of a component: with its keys where Langflow keeps versions, else saying which are gone", async () => {
      const { id, file } = await pulled(`Firkin ${version}`);
      const before = await services.stored(id);
      edit(file, { data: { nodes: [], edges: [] } });
      await services.operate("flowFiles.push", { files: [file] });
      const { notes } = await services.operate("flowVersions.restore", { flow: id });
      const now = await services.stored(id);
      if (version === "1.13.0") assert.deepEqual(now.data, before.data);
      else {
        assert.equal(textOf(now), "apples");
        assert.ok(
          notes.includes("Enter the keys of Press-1 in Langflow: this version of it keeps none."),
          notes.join(),
        );
      }
    });

    it("takes no push back over a later change in Langflow, unless that was looked at", async () => {
      const { id, file } = await pulled(`Butt ${version}`);
      edit(file, { data: graphOf("pears") });
      await services.operate("flowFiles.push", { files: [file] });
      await onCanvas(id, { data: graphOf("quinces") });
      const conflict = await conflictOf(services.operate("flowVersions.restore", { flow: id }));
      assert.match(conflict.message, /Press-1\.text: "pears" → "quinces"/);
      assert.equal(textOf(await services.stored(id)), "quinces");

      await services.operate("flowVersions.restore", { flow: id, reviewed: reviewedOf(conflict) });
      assert.equal(textOf(await services.stored(id)), "apples");
      const [newest] = (await services.operate("flowVersions.list", { flow: id })).versions;
      const { text } = await services.operate("flowVersions.text", { flow: id, version: newest?.name ?? "" });
      assert.equal(textOf(JSON.parse(text) as StoredFlow), "quinces");
    });

    it("lists and takes back by the command line", async () => {
      const { id, file } = await pulled(`Tun ${version}`);
      edit(file, { data: graphOf("pears") });
      await services.operate("flowFiles.push", { files: [file] });
      const listed = await services.cli("versions", `Tun ${version}`);
      assert.match(listed.stdout, /^v1 +\d{4}-\d\d-\d\d \d\d:\d\d {2}Before a push by Langflow Connect\n$/);
      const unknown = await services.cli("restore", id, "v9");
      assert.deepEqual([unknown.code, /has no version v9/.test(unknown.stderr)], [1, true]);
      assert.equal((await services.cli("restore", id, "v1")).code, 0);
      assert.equal(textOf(await services.stored(id)), "apples");
    });

    const refusedWith = async (code: string, work: Promise<unknown>): Promise<string> => {
      const failure = await work.then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(failure instanceof ToolError, "nothing was refused");
      assert.equal(failure.code, code);
      return failure.message;
    };
    const stateOf = async (id: string) => {
      const { flows } = await services.operate("flowFiles.status", {});
      return flows.find((flow) => flow.id === id)?.state;
    };
    const git = (...args: string[]) => {
      const who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
      return execFileSync("git", [...who, ...args], { cwd: services.folder, encoding: "utf8" });
    };

    it("gives what Langflow has in the form of the file that it is compared with", async () => {
      const { id, file } = await pulled(`Spout ${version}`);
      edit(file, { description: "changed", data: graphOf("apples", ["line one", "line two"]) });
      await services.operate("flowFiles.pull", { flows: [id], overwrite: true });
      const { text } = await services.operate("flowFiles.serverText", { id, like: file });
      assert.match(text, /"line one",\n/);
      assert.equal(text, readFileSync(at(file), "utf8"));
      assert.match((await services.operate("flowFiles.serverText", { id })).text, /"line one\\nline two"/);
    });

    it("shows no old state, however soon a flow is changed again", async () => {
      const { id } = await pulled(`Spile ${version}`);
      for (const text of ["pears", "apples", "pears", "apples", "pears", "apples", "pears", "apples"]) {
        await onCanvas(id, { data: graphOf(text) });
        assert.equal(await stateOf(id), text === "apples" ? "same" : "changedThere");
        assert.equal(await stateOf(id), text === "apples" ? "same" : "changedThere");
      }
    });

    it("reads every flow at once when many have files", async () => {
      const made = [];
      for (let at = 0; at < 25; at++) made.push(await services.make(`Bung ${String(at)} ${version}`));
      await services.operate("flowFiles.pull", { flows: made.map(({ id }) => id) });
      const [first, last] = [made[0]?.id ?? "", made.at(-1)?.id ?? ""];
      await onCanvas(first, { data: graphOf("pears") });
      await services.rest("DELETE", `/api/v1/flows/${last}`);
      const { flows } = await services.operate("flowFiles.status", {});
      const states = new Map(flows.map((flow) => [flow.id, flow.state]));
      assert.deepEqual(
        made.map(({ id }) => states.get(id)),
        made.map(({ id }) => (id === first ? "changedThere" : id === last ? "onlyHere" : "same")),
      );
    });

    it("renames a flow in Langflow and its file, whose history git follows", async () => {
      const { id, file } = await pulled(`Jug ${version}`);
      const before = await services.stored(id);
      git("add", "-A");
      git("commit", "-qm", "Jug");
      const renamed = await services.operate("flowChanges.rename", { flow: id, name: `Pitcher ${version}` });
      assert.equal(renamed.path, `flows/Pitcher_${version.replaceAll(".", "_")}.json`);
      assert.deepEqual(
        await services.stored(id).then(withoutTimes),
        withoutTimes({ ...before, name: `Pitcher ${version}` }),
      );
      assert.equal(await stateOf(id), "same");
      git("add", "-A");
      assert.match(
        git("diff", "--cached", "--name-status", "HEAD"),
        new RegExp(`^R\\d+\\t${file}\\t${renamed.path}\\n$`),
      );
    });

    it("keeps what is changed in a file that it renames, and the name that its user gave the file", async () => {
      const { id, file } = await pulled(`Mug ${version}`);
      edit(file, { description: "changed here" });
      const [name, own] = [`Cup ${version}`, "flows/my-own-name.json"];
      const { path: now } = await services.operate("flowChanges.rename", { flow: id, name });
      assert.ok(now);
      assert.deepEqual([fileOf(now).description, fileOf(now).name], ["changed here", name]);
      assert.equal(await stateOf(id), "changedHere");
      renameSync(at(now), at(own));
      const again = await services.operate("flowChanges.rename", { flow: id, name: `Beaker ${version}` });
      assert.deepEqual([again.path, fileOf(own).name], [own, `Beaker ${version}`]);
    });

    it("says before it writes that another flow has the name or the endpoint", async () => {
      const [endpoint, taken] = [`cork-${version.replaceAll(".", "-")}`, `Cork ${version}`];
      const other = await services.make(taken, { endpoint_name: endpoint });
      const { id, file } = await pulled(`Stopper ${version}`);
      const message = `Langflow has another flow with the name "${taken}".`;
      assert.equal(
        await refusedWith("NAME_TAKEN", services.operate("flowChanges.rename", { flow: id, name: taken })),
        message,
      );
      assert.equal(
        await refusedWith("NAME_TAKEN", services.operate("flowChanges.duplicate", { flow: id, name: taken })),
        message,
      );
      const push = () => services.operate("flowFiles.push", { files: [file] });
      await services.rest("DELETE", `/api/v1/flows/${id}`);
      edit(file, { name: taken });
      assert.equal(await refusedWith("NAME_TAKEN", push()), message);
      edit(file, { name: `Stopper ${version}`, endpoint_name: endpoint });
      assert.match(await refusedWith("NAME_TAKEN", push()), /the endpoint name "cork-/);
      const all = (await services.rest("GET", "/api/v1/flows/?get_all=true")) as StoredFlow[];
      assert.deepEqual(
        all.filter(({ name }) => name.startsWith(taken) || name.startsWith("Stopper")).map((flow) => flow.id),
        [other.id],
      );
    });

    it("duplicates a flow with its keys, without its endpoint", async () => {
      const made = await services.make(`Glass ${version}`, { endpoint_name: `glass-${version.replaceAll(".", "-")}` });
      const { id } = await services.operate("flowChanges.duplicate", { flow: made.id, name: `Glass 2 ${version}` });
      const [original, copy] = [await services.stored(made.id), await services.stored(id)];
      assert.notEqual(copy.id, original.id);
      assert.deepEqual(
        [copy.data, copy.name, copy.endpoint_name, copy.folder_id],
        [original.data, `Glass 2 ${version}`, null, original.folder_id],
      );
      await services.operate("flowChanges.delete", { flow: id });
    });

    it("deletes a flow with its file, and brings both back with keys, id and project", async () => {
      const { id, file } = await pulled(`Bottle ${version}`);
      const [before, text] = [await services.stored(id), readFileSync(at(file), "utf8")];
      await services.operate("flowChanges.delete", { flow: id, withFile: true });
      await assert.rejects(async () => services.stored(id));
      assert.ok(!existsSync(at(file)));
      const back = await services.operate("flowChanges.undoDelete", { id });
      const now = await services.stored(back.id);
      assert.deepEqual(withoutTimes({ ...now, id }), withoutTimes(before));
      if (version === "1.13.0") assert.deepEqual([back.id, readFileSync(at(file), "utf8")], [id, text]);
      assert.equal(fileOf(file).id, back.id);
      assert.equal(await stateOf(back.id), "same");
      await refusedWith("NOT_FOUND", services.operate("flowChanges.undoDelete", { id }));
      await services.operate("flowChanges.delete", { flow: back.id });
      assert.deepEqual([existsSync(at(file)), await stateOf(back.id)], [true, "onlyHere"]);
    });

    it("brings a deleted flow back though its project is gone", async () => {
      const project = (await services.rest("POST", "/api/v1/projects/", { name: `Barn ${version}` })) as { id: string };
      const { id } = await services.make(`Hogshead ${version}`);
      await services.operate("flowChanges.move", { flows: [id], project: `Barn ${version}` });
      await services.operate("flowChanges.delete", { flow: id });
      await services.rest("DELETE", `/api/v1/projects/${project.id}`);
      const back = await services.operate("flowChanges.undoDelete", { id });
      assert.ok(
        back.notes.some((note) => note.startsWith("Its project is not in this Langflow")),
        back.notes.join(" "),
      );
      assert.equal((await services.stored(back.id)).name, `Hogshead ${version}`);
    });

    it("moves flows to another project", async () => {
      const project = (await services.rest("POST", "/api/v1/projects/", { name: `Cellar ${version}` })) as {
        id: string;
      };
      const made = await services.make(`Carafe ${version}`, {
        endpoint_name: `carafe-${version.replaceAll(".", "-")}`,
      });
      await services.operate("flowChanges.move", { flows: [made.id], project: `Cellar ${version}` });
      const now = await services.stored(made.id);
      assert.deepEqual([now.folder_id, now.endpoint_name, now.data], [project.id, made.endpoint_name, made.data]);
      await services.rest("DELETE", `/api/v1/flows/${made.id}`);
      await services.rest("DELETE", `/api/v1/projects/${project.id}`);
    });

    if (version === "1.13.0") {
      it("exports a file as `lfx export` does, without a Langflow", async () => {
        const { file } = await pulled(`Decanter ${version}`);
        edit(file, { updated_at: "2026-01-01T00:00:00Z", data: graphOf("typed") });
        const lfx = path.join(path.dirname(realParts().langflow.versions["1.13.0"].command), "lfx");
        for (const more of [[], ["--code-as-lines"]]) {
          const theirs = execFileSync(lfx, ["export", at(file), ...more], { encoding: "utf8" });
          const ours = await runCli([
            "flow",
            "export",
            file,
            ...more,
            "--workspace",
            services.folder,
            "--data",
            services.data,
          ]);
          assert.equal(ours.stdout, theirs);
        }
      });
    }
  });
}
