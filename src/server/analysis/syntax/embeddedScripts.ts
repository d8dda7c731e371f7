/** Component files that contain a script among markup. */
export function hasEmbeddedScript(file: string): boolean {
  return /\.(?:vue|svelte|astro)$/i.test(file);
}

/** The script of a component file at its own lines; everything else is blank. */
export function scriptOf(file: string, text: string): string {
  const blocks = /\.astro$/i.test(file) ? /^---[^\S\n]*\n([\s\S]*?)^---/gm : /<script\b[^>]*>([\s\S]*?)<\/script\s*>/gi;
  let script = "";
  for (const match of text.matchAll(blocks)) {
    const body = match[1] ?? "";
    const start = match.index + match[0].indexOf(body);
    script += blank(text.slice(script.length, start)) + body;
  }
  return script + blank(text.slice(script.length));
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
