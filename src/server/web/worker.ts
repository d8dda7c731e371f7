import { parentPort } from "node:worker_threads";
import { answerCalls } from "../platform/threads/answerCalls.ts";
import { markdownOf } from "./markdown.ts";
import type { PageMethods } from "./messages.ts";

if (!parentPort) throw new Error("The worker of web pages runs in a worker thread only.");

answerCalls<PageMethods>(parentPort, (_method, { html, url }) => markdownOf(html, url));
