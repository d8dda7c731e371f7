/** A part of a page that is made again as a whole. */
export interface Section {
  /** Unique on its page. */
  readonly id: string;
  readonly content: string;
}

/** The sections of a page, each with an id of its own. */
export function createSections() {
  const sections: Section[] = [];
  const taken = new Set<string>();
  return {
    sections,
    add(wanted: string, content: string | ((id: string) => string)): void {
      let id = wanted;
      for (let count = 2; taken.has(id); count++) id = `${wanted} ${String(count)}`;
      taken.add(id);
      sections.push({ id, content: typeof content === "string" ? content : content(id) });
    },
  };
}

export function plainPage(sections: readonly Section[]): string {
  return `${sections.map(({ content }) => content).join("\n\n")}\n`;
}
