import type { Prompts } from "../../src/server/prompts/prompts.ts";
import type { Resources } from "../../src/server/resources/resources.ts";

const nothing = () => Promise.resolve([]);
const unknown = (): never => {
  throw new Error("It has none.");
};

const prompts: Prompts = { list: () => [], get: unknown, complete: nothing };
const resources: Resources = { list: () => [], templates: () => [], read: unknown, complete: nothing };

/** For servers that are tested for their tools. */
export const noOffers = { prompts, resources };
