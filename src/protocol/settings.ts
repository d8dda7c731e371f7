import { z } from "zod";
import { isCurrencyCode, isExchangeRate } from "./currency.ts";
import { RuleChanges } from "./findings.ts";
import { OwnPrices, ownPricesProblem } from "./ownPrices.ts";

// Every setting, once: the manifest, the tables of the README, the types, and what reads the window's settings, the
// environment and the command line are made from this.

/**
 * Where a setting of VS Code may be given. Whatever decides who gets the token, what is contacted or what is written
 * without a question is "machine" or "application": a workspace cannot set it.
 */
export type SettingScope = "application" | "machine" | "resource";

interface WindowFacts {
  readonly scope: SettingScope;
  readonly description: string;
  /** One sentence for each value of a choice, in order. */
  readonly choices?: readonly string[];
}

/** At least one of `variable` and `flag`; the flag wins. */
interface HeadlessFacts {
  /** In the environment. */
  readonly variable?: `LFC_${string}` | `OTEL_${string}`;
  /** On the command line of `serve`, without the dashes, and of the commands that `alsoOf` says. */
  readonly flag?: string;
  /** Every command, or those that connect to Langflow by themselves. */
  readonly alsoOf?: "every" | "connecting";
  /** What the flag takes, in the help. */
  readonly takes?: string;
  readonly description: string;
  /** Completes "NAME must be …"; without, the schema's own words follow the name. */
  readonly valid?: string;
}

export const windowFacts = z.registry<WindowFacts>();
export const headlessFacts = z.registry<HeadlessFacts>();

const empty = z.literal("");
/** With an IP address or a name without a dot too, which `z.httpUrl` refuses. */
const webAddress = z.url({ protocol: /^https?$/ });
const advertisedUrl = z.union([empty, webAddress]);
/** A budget of a month looks at its own rows. */
const keepDays = z.int().min(31).max(3650);
const defaultKeepDays = 400;

/** Megabytes; a server without any work needs about 150. */
const memoryLimit = z.int().min(0).max(1_000_000);
const costModel = z.string().max(200);
const currency = z.string().refine(isCurrencyCode);
/** As it is written: a number of JSON has the same digits. */
const exchangeRate = z.number().refine((rate) => isExchangeRate(String(rate)));
/** US dollars. */
const askAbove = z.number().min(0).max(1_000_000);
/** A user name or password in it would be shown with it. */
const withoutLogin = (address: string) => !/^[a-z]+:\/\/[^/]*@/i.test(address);
const postAddress = z.union([empty, webAddress.max(2_000).refine(withoutLogin)]);
const modelName = z.string().max(200);
const mailServer = z.union([
  empty,
  z
    .url({ protocol: /^smtps?$/ })
    .max(300)
    .refine(withoutLogin),
]);
const mailAddresses = z.union([
  empty,
  z
    .string()
    .max(2_000)
    .regex(/^[^\r\n]+@[^\r\n]+$/),
]);
const mailUser = z.string().max(300);
const file = z.string().max(4_096);
const modelProvider = z.enum(["off", "editor", "openai", "flow"]);
const webSearchProvider = z.enum(["off", "searxng", "brave", "tavily"]);

/** Undefined when it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What VS Code has behind `langflowConnect.`; a value that does not fit counts as not set. */
export const settingsSchema = z.object({
  edits: z
    .enum(["ask", "auto", "off"])
    .catch("ask")
    .register(windowFacts, {
      scope: "application",
      description: "What happens when a flow or another client asks for a change of files.",
      choices: [
        "Every change is shown in Refactor Preview first.",
        "Changes are made at once; Undo takes them back.",
        "Changes are refused.",
      ],
    }),
  "preview.seconds": z.int().min(10).max(160).catch(150).register(windowFacts, {
    scope: "application",
    description: "How many seconds a change waits for your answer in Refactor Preview before it is given up.",
  }),
  "endpoint.advertisedUrl": advertisedUrl.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "Address under which Langflow reaches the MCP endpoint when it runs in Docker, WSL or on another host, such as http://host.docker.internal:40123. Empty: the local address.",
  }),
  "tls.caFile": file.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "PEM file with certificates that are trusted when Langflow is at an https address, beside those that VS Code trusts: of a company's own authority, or of a Langflow that signed its own.",
  }),
  "tls.clientCert": file.catch("").register(windowFacts, {
    scope: "machine",
    description: "PEM file with your certificate, where Langflow is behind a server that asks for one.",
  }),
  "tls.clientKey": file.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "PEM file with the private key of `langflowConnect.tls.clientCert`, unencrypted. Empty: the key is in the same file.",
  }),
  "findings.show": z
    .enum(["worst", "warnings", "all"])
    .catch("worst")
    .register(windowFacts, {
      scope: "application",
      description: "Which findings Analyze workspace lists in Problems.",
      choices: [
        "The 50 most worth acting on.",
        "Every error and warning.",
        "Everything, habits of the code base such as type assertions included.",
      ],
    }),
  "findings.rules": RuleChanges.catch({}).register(windowFacts, {
    scope: "resource",
    description:
      'Severity or limit of each rule, such as { "max-params": { "limit": 5 }, "unused-export": "off" }. Where a folder has .langflow-connect/quality.json, what that says of a rule counts.',
  }),
  "flows.python": z.boolean().catch(false).register(windowFacts, {
    scope: "application",
    description:
      "Keep the Python of edited and custom components beside their flow, in flows/NAME/COMPONENT.py, when a flow is pulled.",
  }),
  "cost.model": costModel.catch("").register(windowFacts, {
    scope: "machine",
    description: "Model whose price turns the tokens of tool calls into an estimate of money. Empty: tokens only.",
  }),
  "ledger.keepDays": keepDays.catch(defaultKeepDays).register(windowFacts, {
    scope: "application",
    description:
      "Days that the ledger keeps each tool call and flow run; older ones stay in the totals of the reports. From 31 to 3650.",
  }),
  "cost.prices": OwnPrices.catch([]).register(windowFacts, {
    scope: "machine",
    description:
      'Your own prices in US dollars for a million tokens, before those of the price list; the first that fits a model counts. Such as [{ "model": "ollama/*", "free": true }].',
  }),
  "cost.currency": currency.catch("USD").register(windowFacts, {
    scope: "machine",
    description:
      "Currency that costs are shown in, as its code of ISO 4217, such as EUR. Any but USD needs `langflowConnect.cost.exchangeRate`.",
  }),
  "cost.exchangeRate": exchangeRate.catch(0).register(windowFacts, {
    scope: "machine",
    description: "How much of that currency one US dollar is, such as 0.92. 0: not set. It is not looked up for you.",
  }),
  "cost.askAbove": askAbove.catch(0).register(windowFacts, {
    scope: "machine",
    description:
      "US dollars: a flow run that past runs put above this amount begins only when you say so. 0: you are not asked.",
  }),
  "cost.codeLens": z.boolean().catch(false).register(windowFacts, {
    scope: "application",
    description: "Show at the top of each file what it cost this month, as a CodeLens that opens the panel.",
  }),
  "memory.limit": memoryLimit.catch(0).register(windowFacts, {
    scope: "machine",
    description:
      "Megabytes of memory above which the server drops analyses and searches that have been idle for half a minute; the next question makes them again. Counts from the next start of the server. 0: half of the machine's memory.",
  }),
  "traces.endpoint": postAddress.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "Address of an OpenTelemetry collector that gets traces by OTLP over HTTP, such as http://127.0.0.1:4318: a command, the flow that it runs, and the tool calls and edits of that flow are one trace. Counts from the next start of the server. Empty: none are sent.",
  }),
  "alerts.webhook": postAddress.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "Address that gets each alert as JSON by POST. Its secret, if it wants one, is set by the command Set secret for alerts.",
  }),
  "alerts.mailServer": mailServer.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "Mail server that sends each alert: smtps://HOST:465 with TLS from the start, or smtp://HOST:587. Its password is set by the command Set secret for alerts.",
  }),
  "alerts.mailUser": mailUser.catch("").register(windowFacts, {
    scope: "machine",
    description: "User name at the mail server. Empty: no login.",
  }),
  "alerts.mailFrom": mailAddresses.catch("").register(windowFacts, {
    scope: "machine",
    description: "Address that alerts are mailed from.",
  }),
  "alerts.mailTo": mailAddresses.catch("").register(windowFacts, {
    scope: "machine",
    description: "Addresses that alerts are mailed to, with commas between.",
  }),
  "embeddings.url": postAddress.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "Address of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1, for the search by meaning. The code of trusted workspaces and the memories are sent there in parts. Its key, if it wants one, is set by the command Set key for embeddings. Empty: search by words only.",
  }),
  "embeddings.model": modelName.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "Model of that API that makes embeddings, such as text-embedding-3-small. Empty: search by words only.",
  }),
  "egress.allowedHosts": z.array(z.string()).catch([]).register(windowFacts, {
    scope: "machine",
    description:
      "Hosts of this machine or its network that the tool call_api may call, as HOST:PORT, such as localhost:3000. Without an entry only public addresses are called.",
  }),
  "webSearch.provider": webSearchProvider.catch("off").register(windowFacts, {
    scope: "machine",
    description:
      "Who searches the web for the tool web_search. The key of Brave or Tavily is set by `langflow-connect secrets set web_search`.",
    choices: [
      "Nobody: the tool says that it is not set up.",
      "A SearXNG of your own, whose address is in langflowConnect.webSearch.url.",
      "The Brave Search API.",
      "The Tavily API.",
    ],
  }),
  "webSearch.url": postAddress.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "Address of SearXNG, such as http://127.0.0.1:8888, whose settings.yml lists json in search.formats. Brave and Tavily need none.",
  }),
  "ai.provider": modelProvider.catch("off").register(windowFacts, {
    scope: "machine",
    description:
      "Which model writes for explain_code, generate_code, generate_tests and optimize_performance. The code that they are asked about is sent to it.",
    choices: [
      "None: the tools say that no model is set up.",
      "A language model of VS Code, such as those of its chat. VS Code asks you once.",
      "An OpenAI-compatible API, whose address is in langflowConnect.ai.url.",
      "A flow of the connected Langflow, named in langflowConnect.ai.flow.",
    ],
  }),
  "ai.url": postAddress.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "Address of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1. Its key, if it wants one, is set by the command Set key for the AI model, or by `langflow-connect secrets set ai_model`.",
  }),
  "ai.model": modelName.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "Model of that API, such as gpt-4o-mini, or the id or family of a language model of VS Code. Empty: the first one of VS Code.",
  }),
  "ai.flow": modelName.catch("").register(windowFacts, {
    scope: "machine",
    description:
      "Id or name of the flow that answers. It gets the question in its chat input, and must not call these four tools.",
  }),
  "ai.runTests": z.boolean().catch(true).register(windowFacts, {
    scope: "machine",
    description:
      "Run the tests that generate_tests writes, in a copy of the folder and with your rights, before they are proposed. You are asked before, as for edits.",
  }),
});

export type Settings = Readonly<z.output<typeof settingsSchema>>;

/** What a server takes from its environment and its command line; a value that does not fit is refused. */
export const headlessSchema = z.object({
  data: z.string().default("").register(headlessFacts, {
    variable: "LFC_DATA",
    flag: "data",
    alsoOf: "every",
    takes: "DIR",
    description:
      "Data folder, shared with VS Code. Default: `~/.langflow-connect`, on Windows `%LOCALAPPDATA%\\langflow-connect`.",
  }),
  edits: z.enum(["auto", "off"]).default("auto").register(headlessFacts, {
    variable: "LFC_EDITS",
    description: "As `langflowConnect.edits`, but `auto` (default) or `off`: nobody is there to ask.",
    valid: "auto or off",
  }),
  "endpoint.advertisedUrl": advertisedUrl.default("").register(headlessFacts, {
    variable: "LFC_ADVERTISED_URL",
    description: "As `langflowConnect.endpoint.advertisedUrl`.",
    valid: "an address such as http://host.docker.internal:40123",
  }),
  "tls.caFile": file.default("").register(headlessFacts, {
    variable: "LFC_CA_FILE",
    flag: "ca-file",
    alsoOf: "connecting",
    takes: "FILE",
    description:
      "As `langflowConnect.tls.caFile`, beside what Node trusts: `NODE_EXTRA_CA_CERTS` and `NODE_USE_SYSTEM_CA` count too.",
    valid: "the path of a file",
  }),
  "tls.clientCert": file.default("").register(headlessFacts, {
    variable: "LFC_CLIENT_CERT",
    flag: "client-cert",
    alsoOf: "connecting",
    takes: "FILE",
    description: "As `langflowConnect.tls.clientCert`.",
    valid: "the path of a file",
  }),
  "tls.clientKey": file.default("").register(headlessFacts, {
    variable: "LFC_CLIENT_KEY",
    flag: "client-key",
    alsoOf: "connecting",
    takes: "FILE",
    description: "As `langflowConnect.tls.clientKey`.",
    valid: "the path of a file",
  }),
  "flows.python": z
    .stringbool({ truthy: ["on"], falsy: ["off"] })
    .default(false)
    .register(headlessFacts, {
      variable: "LFC_FLOWS_PYTHON",
      description: "As `langflowConnect.flows.python`: `on` or `off` (default).",
      valid: "on or off",
    }),
  "cost.model": costModel.default("").register(headlessFacts, {
    variable: "LFC_COST_MODEL",
    description: "As `langflowConnect.cost.model`.",
    valid: "the name of a model, at most 200 characters",
  }),
  "ledger.keepDays": z
    .string()
    .regex(/^\d{2,4}$/)
    .transform(Number)
    .pipe(keepDays)
    .default(defaultKeepDays)
    .register(headlessFacts, {
      variable: "LFC_LEDGER_KEEP_DAYS",
      description: "As `langflowConnect.ledger.keepDays`. Default: `400`.",
      valid: "a number from 31 to 3650",
    }),
  "memory.limit": z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .pipe(memoryLimit)
    .default(0)
    .register(headlessFacts, {
      variable: "LFC_MEMORY_LIMIT",
      description: "As `langflowConnect.memory.limit`.",
      valid: "a number of megabytes, or 0",
    }),
  "cost.prices": z
    .string()
    .transform((text, context) => {
      const value = jsonOf(text);
      const problem = value === undefined ? "it is not JSON" : ownPricesProblem(value);
      if (problem === undefined) return OwnPrices.parse(value);
      context.addIssue(problem);
      return z.NEVER;
    })
    .default([])
    .register(headlessFacts, {
      variable: "LFC_COST_PRICES",
      description: "As `langflowConnect.cost.prices`, in JSON.",
    }),
  "cost.currency": currency.default("USD").register(headlessFacts, {
    variable: "LFC_COST_CURRENCY",
    description: "As `langflowConnect.cost.currency`; any but `USD` (default) needs `LFC_COST_EXCHANGE_RATE`.",
    valid: "a code of ISO 4217, such as EUR",
  }),
  "cost.exchangeRate": z.string().refine(isExchangeRate).default("0").register(headlessFacts, {
    variable: "LFC_COST_EXCHANGE_RATE",
    description: "As `langflowConnect.cost.exchangeRate`.",
    valid: "a decimal such as 0.92",
  }),
  "cost.askAbove": z
    .string()
    .regex(/^\d{1,7}(\.\d{1,12})?$/)
    .transform(Number)
    .pipe(askAbove)
    .default(0)
    .register(headlessFacts, {
      variable: "LFC_COST_ASK_ABOVE",
      description: "As `langflowConnect.cost.askAbove`; such a run is refused without `--yes`.",
      valid: "US dollars as a decimal, such as 0.50",
    }),
  // The variable is that of every program which sends traces: one in another form is not for us.
  "traces.endpoint": postAddress.catch("").register(headlessFacts, {
    variable: "OTEL_EXPORTER_OTLP_ENDPOINT",
    description:
      "As `langflowConnect.traces.endpoint`; not used without http:// or https://, or with a password. Headers, such as that of a login, come from `OTEL_EXPORTER_OTLP_HEADERS`.",
  }),
  "alerts.webhook": postAddress.default("").register(headlessFacts, {
    variable: "LFC_ALERTS_WEBHOOK",
    description: "As `langflowConnect.alerts.webhook`.",
    valid: "an address such as https://alerts.example.com/hook, without a user name or password",
  }),
  "alerts.webhookSecretFile": file.default("").register(headlessFacts, {
    variable: "LFC_ALERTS_WEBHOOK_SECRET_FILE",
    description: "File with the secret of the webhook in its first line, sent as a bearer token.",
    valid: "the path of a file",
  }),
  "alerts.mailServer": mailServer.default("").register(headlessFacts, {
    variable: "LFC_ALERTS_MAIL_SERVER",
    description: "As `langflowConnect.alerts.mailServer`.",
    valid: "an address such as smtps://mail.example.com:465, without a user name or password",
  }),
  "alerts.mailUser": mailUser.default("").register(headlessFacts, {
    variable: "LFC_ALERTS_MAIL_USER",
    description: "As `langflowConnect.alerts.mailUser`.",
    valid: "at most 300 characters long",
  }),
  "alerts.mailPasswordFile": file.default("").register(headlessFacts, {
    variable: "LFC_ALERTS_MAIL_PASSWORD_FILE",
    description: "File with the password of that user in its first line.",
    valid: "the path of a file",
  }),
  "alerts.mailFrom": mailAddresses.default("").register(headlessFacts, {
    variable: "LFC_ALERTS_MAIL_FROM",
    description: "As `langflowConnect.alerts.mailFrom`.",
    valid: "a mail address",
  }),
  "alerts.mailTo": mailAddresses.default("").register(headlessFacts, {
    variable: "LFC_ALERTS_MAIL_TO",
    description: "As `langflowConnect.alerts.mailTo`.",
    valid: "mail addresses with commas between",
  }),
  "embeddings.url": postAddress.default("").register(headlessFacts, {
    variable: "LFC_EMBEDDINGS_URL",
    description: "As `langflowConnect.embeddings.url`.",
    valid: "an address such as http://127.0.0.1:11434/v1, without a user name or password",
  }),
  "embeddings.model": modelName.default("").register(headlessFacts, {
    variable: "LFC_EMBEDDINGS_MODEL",
    description: "As `langflowConnect.embeddings.model`.",
    valid: "the name of a model, at most 200 characters",
  }),
  "embeddings.keyFile": file.default("").register(headlessFacts, {
    variable: "LFC_EMBEDDINGS_KEY_FILE",
    description: "File with the key of that API in its first line, sent as a bearer token.",
    valid: "the path of a file",
  }),
  "egress.allowedHosts": z
    .string()
    .transform((text) => text.split(",").map((entry) => entry.trim()))
    .pipe(z.array(z.string().regex(/^[^\s/@]+:\d{1,5}$/)))
    .default([])
    .register(headlessFacts, {
      variable: "LFC_EGRESS_ALLOWED_HOSTS",
      description: "As `langflowConnect.egress.allowedHosts`, with commas between.",
      valid: "HOST:PORT, with commas between",
    }),
  "webSearch.provider": webSearchProvider.default("off").register(headlessFacts, {
    variable: "LFC_WEB_SEARCH_PROVIDER",
    description: "As `langflowConnect.webSearch.provider`: `off` (default), `searxng`, `brave` or `tavily`.",
    valid: "off, searxng, brave or tavily",
  }),
  "webSearch.url": postAddress.default("").register(headlessFacts, {
    variable: "LFC_WEB_SEARCH_URL",
    description: "As `langflowConnect.webSearch.url`.",
    valid: "an address such as http://127.0.0.1:8888, without a user name or password",
  }),
  "ai.runTests": z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .register(headlessFacts, {
      variable: "LFC_AI_RUN_TESTS",
      description:
        "As `langflowConnect.ai.runTests`: `true` or `false` (default), since nobody is there to ask before code that a model wrote is run.",
      valid: "true or false",
    }),
  "ai.provider": modelProvider.default("off").register(headlessFacts, {
    variable: "LFC_AI_PROVIDER",
    description: "As `langflowConnect.ai.provider`: `off` (default), `openai` or `flow`.",
    valid: "off, openai or flow",
  }),
  "ai.url": postAddress.default("").register(headlessFacts, {
    variable: "LFC_AI_URL",
    description: "As `langflowConnect.ai.url`.",
    valid: "an address such as http://127.0.0.1:11434/v1, without a user name or password",
  }),
  "ai.model": modelName.default("").register(headlessFacts, {
    variable: "LFC_AI_MODEL",
    description: "As `langflowConnect.ai.model`.",
    valid: "the name of a model, at most 200 characters",
  }),
  "ai.flow": modelName.default("").register(headlessFacts, {
    variable: "LFC_AI_FLOW",
    description: "As `langflowConnect.ai.flow`.",
    valid: "the id or name of a flow, at most 200 characters",
  }),
  "storage.engine": z.enum(["auto", "node", "sqljs"]).default("auto").register(headlessFacts, {
    variable: "LFC_STORAGE_ENGINE",
    description: "Engine of the ledger: `auto` (default), `node` (SQLite of Node) or `sqljs` (in WebAssembly).",
    valid: "auto, node or sqljs",
  }),
  "endpoint.host": z.string().default("127.0.0.1").register(headlessFacts, {
    flag: "host",
    takes: "127.0.0.1",
    description: "Address of this machine that the endpoint listens on. Default: `127.0.0.1`.",
  }),
  "endpoint.port": z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535)
    .default(0)
    .register(headlessFacts, {
      flag: "port",
      takes: "0",
      description: "Port of the endpoint. Default: the one of the last start, or any that is free.",
      valid: "a number from 0 to 65535",
    }),
  "endpoint.tokenFile": z.string().default("").register(headlessFacts, {
    flag: "token-file",
    takes: "FILE",
    description: "File of the endpoint's bearer token. Default: one in the data folder.",
  }),
  toolsets: z
    .string()
    .transform((text) => text.split(",").map((name) => name.trim()))
    .optional()
    .register(headlessFacts, {
      flag: "toolsets",
      takes: "a,b",
      description:
        "Toolsets that a client gets which names none. Default: all but `quality`, `cost`, `support`, `memory` and `web`.",
    }),
  "edits.allowProtected": z.array(z.string()).default([]).register(headlessFacts, {
    flag: "allow-protected",
    takes: "GLOB",
    description: "Protected files that tools may write all the same; can be given several times.",
  }),
});

export type HeadlessSettings = Readonly<z.output<typeof headlessSchema>>;
