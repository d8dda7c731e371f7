// The prompts and resources that the conformance suite asks for by name. They exist in its test server only.
import { ToolError } from "../../src/server/platform/errors.ts";
import type { PromptContent, Prompts } from "../../src/server/prompts/prompts.ts";
import type { Resources } from "../../src/server/resources/resources.ts";
import { onePixelPng } from "./tools.ts";

type Args = Readonly<Record<string, string>>;

const prompts: Readonly<
  Record<string, { readonly arguments: readonly string[]; content(args: Args): readonly PromptContent[] }>
> = {
  test_simple_prompt: {
    arguments: [],
    content: () => [{ type: "text", text: "This is a simple prompt for testing." }],
  },
  test_prompt_with_arguments: {
    arguments: ["arg1", "arg2"],
    content: ({ arg1 = "", arg2 = "" }) => [
      { type: "text", text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` },
    ],
  },
  test_prompt_with_embedded_resource: {
    arguments: ["resourceUri"],
    content: ({ resourceUri = "" }) => [
      {
        type: "resource",
        resource: { uri: resourceUri, mimeType: "text/plain", text: "Embedded resource content for testing." },
      },
      { type: "text", text: "Please process the embedded resource above." },
    ],
  },
  test_prompt_with_image: {
    arguments: [],
    content: () => [
      { type: "image", data: onePixelPng, mimeType: "image/png" },
      { type: "text", text: "Please analyze the image above." },
    ],
  },
};

export const conformancePrompts: Prompts = {
  list: () =>
    Object.entries(prompts).map(([name, { arguments: args }]) => ({
      ...{ name, title: name, description: "A prompt of the conformance suite." },
      arguments: args.map((argument) => ({ name: argument, description: "An argument.", required: true })),
    })),
  get(name, args) {
    const prompt = prompts[name];
    if (!prompt) throw new ToolError("INVALID_ARGUMENT", "Unknown prompt.", "Name another.");
    return {
      description: name,
      messages: prompt.content(args).map((content) => ({ role: "user" as const, content })),
    };
  },
  complete: (_name, { value }) => Promise.resolve(["paris", "park", "party"].filter((word) => word.startsWith(value))),
};

const resource = { title: "A resource", description: "A resource of the conformance suite." };
const contents: Readonly<Record<string, { mimeType: string; text: string } | { mimeType: string; blob: string }>> = {
  "test://static-text": { mimeType: "text/plain", text: "This is the content of the static text resource." },
  "test://static-binary": { mimeType: "image/png", blob: onePixelPng },
};

export const conformanceResources: Resources = {
  list: () =>
    Object.entries(contents).map(([uri, { mimeType }]) => ({ ...resource, uri, name: uri.slice(7), mimeType })),
  templates: () => [{ ...resource, uriTemplate: "test://template/{id}/data", name: "template" }],
  read(uri) {
    const content = contents[uri];
    if (content) return Promise.resolve({ uri, ...content });
    const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
    if (id === undefined) throw new ToolError("NOT_FOUND", "There is no such resource.", "List them.");
    const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
    return Promise.resolve({ uri, mimeType: "application/json", text });
  },
  complete: () => Promise.resolve([]),
};
