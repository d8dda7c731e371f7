import { z } from "zod";
import type { RunValue } from "../../../protocol/flowRuns.ts";
import { isSecretField } from "../../../protocol/secretField.ts";
import { redactSecrets } from "../../platform/redact.ts";

const mostValues = 50;
const longest = 4_000;

/** What Langflow recorded that a component got or gave, by field, without what is empty. */
export function runValues(recorded: unknown, without: readonly string[] = []): readonly RunValue[] {
  const { data: fields = {} } = Fields.safeParse(recorded);
  const values = Object.entries(fields).filter(([name, value]) => !without.includes(name) && !isEmpty(value));
  return values.slice(0, mostValues).map(([name, value]) => runValue(name, value));
}

/** What a component wrote into its log. */
export function runLogs(recorded: unknown): readonly RunValue[] {
  const { data: logs = [] } = Logs.safeParse(Fields.safeParse(recorded).data?.["logs"]);
  return logs.slice(0, mostValues).map(({ name, message }) => runValue(name, message));
}

const Fields = z.record(z.string(), z.unknown());
const Logs = z.array(z.object({ name: z.string().catch("Log"), message: z.unknown() }));

function runValue(name: string, value: unknown): RunValue {
  const text = redactSecrets(textOf(masked(name, value)));
  return { name, text: text.slice(0, longest), isCut: text.length > longest };
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** A message as Langflow writes it: its text, and who wrote it in which session. */
const Message = z.object({ text: z.string(), session_id: z.unknown(), sender: z.unknown() });
/** The same inside of Langflow's Data. */
const WithData = z.object({ text_key: z.string(), data: z.unknown() });
/** What an agent may call. */
const Tools = z.array(z.object({ name: z.string(), args_schema: z.unknown() })).nonempty();

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const message = Message.safeParse(value);
  if (message.success && "sender" in message.data) return message.data.text;
  const tools = Tools.safeParse(value);
  if (tools.success) return `Tools: ${tools.data.map(({ name }) => name).join(", ")}`;
  const wrapped = WithData.safeParse(value);
  if (wrapped.success) return textOf(wrapped.data.data);
  return JSON.stringify(value, masked, 2);
}

/** Langflow masks only the fields that it calls passwords. */
function masked(name: string, value: unknown): unknown {
  return typeof value === "string" && isSecretField(name) ? "***" : value;
}
