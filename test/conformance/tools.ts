// The tools that the conformance suite asks for by name. They exist in its test server only.
import { MissingRequiredClientCapabilityError } from "@modelcontextprotocol/server";
import { z } from "zod";
import { defineTool } from "../../src/server/tools/runner/defineTool.ts";
import type { Tool } from "../../src/server/tools/runner/defineTool.ts";
import type { ContentBlock, ToolCall, ToolResult } from "../../src/server/tools/runner/runTool.ts";

export const onePixelPng =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const emptyWav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQAAAAA=";

const text = (value: string): ContentBlock => ({ type: "text", text: value });
const image: ContentBlock = { type: "image", data: onePixelPng, mimeType: "image/png" };
const audio: ContentBlock = { type: "audio", data: emptyWav, mimeType: "audio/wav" };

type Answer = (call: ToolCall) => Promise<{ readonly content: readonly ContentBlock[]; readonly isError?: boolean }>;
const blocks =
  (...content: readonly ContentBlock[]): Answer =>
  () =>
    Promise.resolve({ content });

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

const answers: Readonly<Record<string, Answer>> = {
  test_simple_text: blocks(text("This is a simple text response for testing.")),
  test_image_content: blocks(image),
  test_audio_content: blocks(audio),
  test_embedded_resource: blocks({
    type: "resource",
    resource: {
      uri: "test://embedded-resource",
      mimeType: "text/plain",
      text: "This is an embedded resource content.",
    },
  }),
  test_multiple_content_types: blocks(text("Multiple content types test:"), image, {
    type: "resource",
    resource: {
      uri: "test://mixed-content-resource",
      mimeType: "application/json",
      text: '{"test":"data","value":123}',
    },
  }),
  test_error_handling: () =>
    Promise.resolve({ isError: true, content: [text("This tool intentionally returns an error for testing")] }),
  test_tool_with_progress: async ({ onProgress }) => {
    for (const done of [0, 50, 100]) {
      onProgress?.({ done, total: 100, message: `Step ${done}` });
      await pause();
    }
    return { content: [text("Done with progress.")] };
  },
  test_missing_capability: () => {
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
  },
  test_streaming_elicitation: blocks(text("Elicitation is not offered.")),
  test_logging_tool: blocks(text("Logging is not offered.")),
  json_schema_2020_12_tool: blocks(text("Called.")),
};

/** Keywords beside those that zod makes are given as they are. */
const dialectKeywords = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } },
    },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  then: { required: ["phone"] },
  else: { required: ["email"] },
};

const dialect = z
  .strictObject({
    name: z.string().optional(),
    address: z.looseObject({}).meta({ $ref: "#/$defs/address" }).optional(),
    contactMethod: z.enum(["phone", "email"]).optional(),
    phone: z.string().optional(),
    email: z.string().optional(),
  })
  .meta(dialectKeywords);

export const conformanceTools: readonly Tool[] = Object.keys(answers).map((name) =>
  defineTool({
    name,
    title: name,
    toolset: "files",
    effect: "read",
    description: "A tool of the conformance suite.",
    needs: [],
    input: name === "json_schema_2020_12_tool" ? dialect : z.strictObject({}),
    output: z.object({}),
    handler: () => Promise.resolve({}),
  }),
);

export async function answerConformanceCall(call: ToolCall): Promise<ToolResult> {
  const answer = answers[call.name];
  if (!answer) return { isError: true, text: '{"error":{"code":"INVALID_ARGUMENT","message":"Unknown tool."}}' };
  const { content, isError = false } = await answer(call);
  return { isError, text: "", content };
}
