/** Component files that contain a script among markup. */
export function hasEmbeddedScript(file: string): boolean {
  return /\.(?:vue|svelte|astro)$/i.test(file);
}

/** The script of a component file at its own lines; everything else is blank. */
export function scriptOf(file: string, text: string): string {
  let script = "";
  for (const { start, end } of scriptBlocks(file, text)) {
    script += blank(text.slice(script.length, start)) + text.slice(start, end);
  }
  return script + blank(text.slice(script.length));
}

/** Offsets of a script in a file's text. */
export interface ScriptBlock {
  readonly start: number;
  readonly end: number;
}

/** Where a component file or MDX document has TypeScript or JavaScript, in order. */
export function scriptBlocks(file: string, text: string): ScriptBlock[] {
  if (/\.mdx$/i.test(file)) return mdxBlocks(text);
  const blocks = elementBlocks(text);
  const head = /\.astro$/i.test(file) ? /^\s*---[^\S\n]*\n([\s\S]*?)^---/m.exec(text) : null;
  if (!head) return blocks;
  const end = head.index + head[0].length - "---".length;
  const frontmatter = { start: end - (head[1] ?? "").length, end };
  return [frontmatter, ...blocks.filter(({ start }) => start > end)];
}

// A comment may contain an element, and the value of an attribute a bracket.
const element = /<!--[\s\S]*?-->|<script\b((?:"[^"]*"|'[^']*'|[^>"'])*)>([\s\S]*?)(<\/script\s*>)/gi;
const otherLanguage =
  /\b(?:type\s*=(?!\s*["']?(?:module|text\/(?:java|type)script)\b)|lang\s*=(?!\s*["']?(?:[jt]sx?|typescript)\b))/i;

function elementBlocks(text: string): ScriptBlock[] {
  return [...text.matchAll(element)].flatMap(({ 0: all, 1: attributes, 2: body, 3: closing, index }) => {
    if (attributes === undefined || body === undefined || otherLanguage.test(attributes)) return [];
    const end = index + all.length - (closing ?? "").length;
    return [{ start: end - body.length, end }];
  });
}

/** Paragraphs that begin with an import or an export, outside of code fences. */
function mdxBlocks(text: string): ScriptBlock[] {
  const blocks: ScriptBlock[] = [];
  let start: number | undefined;
  let fence: string | undefined;
  let isFirst = true;
  let offset = 0;
  for (const line of text.split("\n")) {
    const mark = /^\s*(```|~~~)/.exec(line)?.[1];
    if (mark !== undefined && start === undefined && (fence === undefined || fence === mark)) {
      fence = fence === undefined ? mark : undefined;
    }
    const isBlank = line.trim() === "";
    if (fence === undefined && isFirst && start === undefined && /^(?:import|export)\b/.test(line)) start = offset;
    if (isBlank && start !== undefined) {
      blocks.push({ start, end: offset });
      start = undefined;
    }
    isFirst = isBlank;
    offset += line.length + 1;
  }
  if (start !== undefined) blocks.push({ start, end: text.length });
  return blocks;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
