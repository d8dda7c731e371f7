import assert from "node:assert/strict";
import { openEditor, until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import { addEditorModel } from "../../support/editorModel.ts";
import { paletteOf } from "../../support/palette.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { catalogueOf, echoFlow } from "../builtFlows.ts";
import { startLive } from "../live.ts";
import type { Live } from "../live.ts";

/** Twenty flows of a company, each with what its author wrote about it. */
const flows: Readonly<Record<string, string>> = {
  "Support triage": "Sorts incoming customer tickets by urgency and topic.",
  "Invoice reader": "Extracts amounts, dates and suppliers from PDF invoices.",
  "Release announcer": "Writes an announcement from the commits of a version.",
  "Meeting minutes": "Summarizes a transcript of a call with decisions and owners.",
  "Resume screener": "Compares applications of candidates with a job description.",
  "Contract checker": "Finds unusual clauses in legal agreements.",
  "Page translator": "Translates a web page into another language.",
  "Sentiment of reviews": "Says whether reviews of a product are happy or angry.",
  "SQL from words": "Turns a question into a query of the sales database.",
  "Recipe ideas": "Suggests dishes for the ingredients that are left in a kitchen.",
  "Travel planner": "Plans trips with flights, hotels and a budget.",
  "Bug reproducer": "Builds a minimal program from an issue that shows the crash.",
  "Mail drafts": "Answers e-mails in the tone of the sender.",
  "Stock watcher": "Reports prices of shares that moved by more than five percent.",
  "Alt texts": "Describes images for people who use a screen reader.",
  "Onboarding guide": "Answers questions of new employees from the handbook.",
  "Weather alert": "Warns of storms near the orchards.",
  "Podcast chapters": "Splits an episode into chapters with titles.",
  "Code reviewer": "Comments on a pull request, file by file.",
  "Press broken": "Runs the cider press.",
};

const questions: Readonly<Record<string, string>> = {
  "Which customer tickets are urgent?": "Support triage",
  "I have a PDF from a supplier and need the amounts": "Invoice reader",
  "write the announcement for our new version": "Release announcer",
  "summarize the transcript of yesterday's call": "Meeting minutes",
  "is there an unusual clause in this agreement?": "Contract checker",
  "translate this page to Spanish": "Page translator",
  "are people angry in the reviews?": "Sentiment of reviews",
  "query the database of sales": "SQL from words",
  "describe an image for blind people with a screen reader": "Alt texts",
  "comment on my pull request": "Code reviewer",
};

describe("@langflow in the chat of a real VS Code", function () {
  this.timeout(240_000);
  let live: Live;
  let workspace: ScratchWorkspace;
  let editor: Editor;
  /** Other tests share this Langflow, and look at its list. */
  const made: string[] = [];

  before(async () => {
    live = await startLive("1.13.0");
    const catalogue = await catalogueOf(live);
    for (const [name, description] of Object.entries(flows)) {
      const data = await echoFlow(catalogue, name === "Press broken" ? "the press is broken" : undefined);
      const { id } = (await live.rest("POST", "/api/v1/flows/", { name, description, data })) as { id: string };
      made.push(id);
    }
    workspace = await scratchWorkspace({ "pear.txt": "pear\n" }, { name: "orchard" });
    editor = await openEditor({ workspace: workspace.folder, size: { width: 1600, height: 1000 } });
    await paletteOf(editor).connect(live.langflow.url);
    await addEditorModel(editor);
    await editor.inHost(async (vscode) => {
      await vscode.commands.executeCommand("workbench.action.chat.open");
    });
    await until("the chat has the model", async () =>
      (await editor.page.locator(".interactive-session").first().innerText()).includes("Pear"),
    );
  });
  after(async () => {
    await editor.close();
    await workspace.remove();
    for (const id of made) await live.rest("DELETE", `/api/v1/flows/${id}`);
    await live.stop();
  });

  /** The last answer in the chat, once it is whole. */
  async function ask(query: string): Promise<string> {
    await editor.inHost(async (vscode, text) => {
      await vscode.commands.executeCommand("workbench.action.chat.newChat");
      await vscode.commands.executeCommand("workbench.action.chat.open", { query: text, isPartialQuery: false });
    }, `@langflow ${query}`);
    const answers = editor.page.locator(".interactive-response");
    await until(
      "the chat has answered",
      async () =>
        (await answers.count()) === 1 &&
        (await answers.first().locator(".chat-footer-toolbar, .interactive-response-error").count()) > 0 &&
        !(await answers.first().getAttribute("class"))?.includes("chat-response-loading"),
      60_000,
    );
    // Code stands there with spaces that no line breaks at.
    return (await answers.first().innerText()).replaceAll("\u00a0", " ");
  }

  const modelSays = (text: string) =>
    editor.inHost((_vscode, said) => {
      (globalThis as { modelSays?: string }).modelSays = said;
      return Promise.resolve();
    }, text);

  it("finds the right one of 20 flows, whatever the model says", async () => {
    await modelSays("I cannot say.");
    const wrong: string[] = [];
    for (const [question, flow] of Object.entries(questions)) {
      const answer = await ask(question);
      if (!answer.includes(`${flow} (open in Langflow)`)) wrong.push(`${question}: ${answer}`);
    }
    assert.deepEqual(wrong, []);
  });

  it("takes the model's choice among those that the search found", async () => {
    await modelSays("2");
    const answer = await ask("comment on the reviews of a product");
    const heard = await editor.inHost(() => Promise.resolve((globalThis as { modelHeard?: string }).modelHeard ?? ""));
    const second = /\{"number":2,"name":"([^"]+)"/.exec(heard)?.[1];
    assert.ok(second !== undefined && answer.includes(`${second} (open in Langflow)`), answer);
    await modelSays("0");
    assert.match(await ask("comment on the reviews of a product"), /No flow of the connected Langflow fits that/);
  });

  it("runs the one that is named, and explains a failed run with the component's own error", async () => {
    assert.match(await ask("/run Page translator: Guten Tag"), /Guten Tag[\s\S]*Page translator: ok/);
    assert.match(await ask("/run Press broken: hello"), /the press is broken[\s\S]*Press broken: failed/);
    await modelSays("Oil its bearings.");
    const answer = await ask("/explain");
    assert.match(answer, /Press broken that failed did so in the component Chat Input/);
    assert.match(answer, /the press is broken[\s\S]*Oil its bearings\./);
  });

  it("drafts values for one run, and refuses what the flow does not have", async () => {
    await modelSays('{"ChatInput-a": {"sender_name": "Cooper"}}');
    assert.match(await ask("/tweak Page translator: be Cooper"), /"sender_name": "Cooper"/);
    await modelSays('{"ChatInput-a": {"colour": "red"}}');
    assert.match(await ask("/tweak Page translator: be red"), /does not have: ChatInput-a\.colour/);
    const run = await ask('/run Page translator with {"ChatInput-a": {"sender_name": "Cooper"}}: Good day');
    assert.match(run, /Good day/);
    const messages = (await live.rest("GET", "/api/v1/monitor/messages")) as { text: string; sender_name: string }[];
    assert.ok(messages.some(({ text, sender_name: sender }) => text === "Good day" && sender === "Cooper"));
  });
});
