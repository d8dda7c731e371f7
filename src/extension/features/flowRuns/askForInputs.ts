import { Uri, window } from "vscode";
import type { QuickPickItem } from "vscode";
import { readTweaks, readVariables } from "../../../protocol/flowRuns.ts";
import type { FlowInputs } from "./rememberedInputs.ts";

/** The input first; what else a run can get is behind it, so that Enter twice runs the flow as last time. */
export async function askForInputs(name: string, before: FlowInputs): Promise<FlowInputs | undefined> {
  const title = `Run ${name} with inputs`;
  // The box has one line: a longer input stays as it is unless somebody changes it.
  const shown = before.input.replaceAll(/\s*\n\s*/g, " ");
  const given = await window.showInputBox({ title, prompt: "What the chat input gets", value: shown });
  if (given === undefined) return undefined;
  let inputs = { ...before, input: given === shown ? before.input : given };
  for (;;) {
    const chosen = await window.showQuickPick(itemsOf(inputs), { title });
    if (!chosen) return undefined;
    if (!chosen.change) return inputs;
    // Escape leaves what was there.
    inputs = { ...inputs, ...(await chosen.change(inputs)) };
  }
}

interface Item extends QuickPickItem {
  /** Without one, the flow runs. */
  change?(inputs: FlowInputs): Promise<Partial<FlowInputs> | undefined>;
}

function itemsOf({ session, tweaks, files, variables }: FlowInputs): readonly Item[] {
  const names = files.map((file) => file.split(/[\\/]/).at(-1) ?? file);
  const items: readonly Item[] = [
    { label: "$(play) Run" },
    { label: "Session", description: session === "" ? "a new one" : session, change: askForSession },
    { label: "Tweaks", description: tweaks === "" ? "none" : tweaks, change: askForTweaks },
    { label: "Files", description: names.join(", ") || "none", change: askForFiles },
    {
      label: "Global variable",
      description: Object.keys(variables).join(", ") || "as Langflow has them",
      change: askForVariable,
    },
  ];
  const isBare = session === "" && tweaks === "" && files.length === 0 && Object.keys(variables).length === 0;
  const bare = { session: "", tweaks: "", files: [], variables: {} };
  return isBare ? items : [...items, { label: "Clear all but the input", change: () => Promise.resolve(bare) }];
}

async function askForSession({ session }: FlowInputs): Promise<Partial<FlowInputs> | undefined> {
  const value = await window.showInputBox({
    title: "Session of the run",
    prompt: "A name goes on with the conversation of that name. Empty: a new one",
    value: session,
    validateInput: (text) => (text.length > 200 ? "At most 200 characters" : undefined),
  });
  return value === undefined ? undefined : { session: value.trim() };
}

async function askForTweaks({ tweaks }: FlowInputs): Promise<Partial<FlowInputs> | undefined> {
  const value = await window.showInputBox({
    title: "Tweaks of the run",
    prompt: "Values for this run alone, as JSON",
    placeHolder: '{"ChatInput-aB3dE": {"sender_name": "Anna"}}',
    value: tweaks,
    validateInput: (text) =>
      text.trim() === "" || readTweaks(text) ? undefined : 'JSON such as {"ChatInput-aB3dE": {"sender_name": "Anna"}}',
  });
  return value === undefined ? undefined : { tweaks: value.trim() };
}

async function askForFiles({ files }: FlowInputs): Promise<Partial<FlowInputs> | undefined> {
  const [first] = files;
  const chosen = await window.showOpenDialog({
    title: "Files that the chat input sends along",
    openLabel: "Send along",
    canSelectMany: true,
    ...(first !== undefined && { defaultUri: Uri.file(first) }),
  });
  return chosen && { files: chosen.map(({ fsPath }) => fsPath) };
}

/** The value is hidden, as it often is a key. */
async function askForVariable({ variables }: FlowInputs): Promise<Partial<FlowInputs> | undefined> {
  const name = await window.showInputBox({
    title: "Global variable for this run",
    prompt: "Its name",
    placeHolder: "OPENAI_API_KEY",
    validateInput: (text) =>
      readVariables(JSON.stringify({ [text]: "x" })) ? undefined : "Capital letters, digits, - and _ alone",
  });
  if (name === undefined) return undefined;
  const value = await window.showInputBox({
    title: `Value of ${name} for this run`,
    prompt: "Empty: as Langflow has it",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text === "" || readVariables(JSON.stringify({ [name]: text })) ? undefined : "Printable ASCII in one line alone",
  });
  if (value === undefined) return undefined;
  const others = Object.fromEntries(Object.entries(variables).filter(([known]) => known !== name));
  return { variables: value === "" ? others : { ...others, [name]: value } };
}
