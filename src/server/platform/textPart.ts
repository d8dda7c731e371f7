import { countTokens } from "./tokens.ts";

/** The longest part of a text from an offset on that fits, up to the end of a line where one is near. */
export async function partOf(text: string, offset: number, tokens: number): Promise<string> {
  let length = Math.min(text.length - offset, tokens * 8);
  while (length > 1 && !(await fits(text.slice(offset, offset + length), tokens))) length = Math.floor(length * 0.8);
  const part = text.slice(offset, offset + length);
  if (offset + length === text.length) return part;
  const line = part.lastIndexOf("\n") + 1;
  if (line > length * 0.7) return part.slice(0, line);
  // Not through the middle of a surrogate pair.
  return part.length > 1 && /[\uD800-\uDBFF]$/.test(part) ? part.slice(0, -1) : part;
}

async function fits(text: string, tokens: number): Promise<boolean> {
  return (await countTokens(JSON.stringify(text))) <= tokens;
}
