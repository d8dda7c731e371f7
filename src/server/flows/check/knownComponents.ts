import type { Catalogue, Component } from "../model.ts";
import { fieldsIn, textOf } from "./flowGraph.ts";

/** The components of a Langflow, also by the names that they had in older versions. */
export interface KnownComponents {
  find(type: string): Component | undefined;
  /** The types of their fields. */
  readonly fieldTypes: ReadonlySet<string>;
}

/** Names that follow from nothing else, as in lfx/utils/component_aliases.py of 1.13.0. */
const renamed: ReadonlyMap<string, string> = new Map([
  ["Prompt", "Prompt Template"],
  ["TavilyAISearch", "ext:tavily:TavilySearchComponent@official"],
  ["TavilySearchToolComponent", "ext:tavily:TavilySearchComponent@official"],
  ["parser", "ParserComponent"],
]);
const ofExtension = /^ext:[^:]+:([^@]+)@./;

/** What a component is called by itself comes before what it is called to people, whichever comes first in the list. */
export function knownComponents(catalogue: Catalogue): KnownComponents {
  const aliases = new Map<string, Component>();
  const add = (name: string, component: Component) => {
    if (name !== "" && !aliases.has(name)) aliases.set(name, component);
  };
  for (const [old, name] of renamed) {
    const component = catalogue.get(name);
    if (component) add(old, component);
  }
  for (const [type, component] of catalogue) {
    const className = ofExtension.exec(type)?.[1];
    if (className !== undefined) {
      add(className, component);
      add(className.replace(/Component$/, ""), component);
    }
    add(textOf(component["name"]), component);
  }
  for (const component of catalogue.values()) {
    add(component.display_name ?? "", component);
    const className = textOf(component.template["_type"]);
    if (className.endsWith("Component")) add(className.replace(/Component$/, ""), component);
  }
  const fields = [...catalogue.values()].flatMap(({ template }) => fieldsIn(template));
  return {
    find: (type) => catalogue.get(type) ?? aliases.get(type),
    fieldTypes: new Set(fields.map(([, { type }]) => textOf(type))),
  };
}
