import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";
import { realParts } from "./realParts.ts";

declare const mermaid: {
  render(id: string, text: string): Promise<{ svg: string }>;
  initialize(options: object): void;
};

/** Text by path from the folder. */
export type Pages = ReadonlyMap<string, string>;

/** Writes the pages into their folder, and gives how many links they have, and those that lead nowhere. */
export async function checkLinks(folder: string, pages: Pages): Promise<{ links: number; broken: readonly string[] }> {
  for (const [page, text] of pages) {
    await mkdir(path.dirname(path.join(folder, page)), { recursive: true });
    await writeFile(path.join(folder, page), text);
  }
  const broken: string[] = [];
  let links = 0;
  for (const [page, text] of pages) {
    for (const target of targetsIn(text)) {
      links++;
      const [file = "", anchor] = target.split("#", 2);
      const found = path.join(folder, path.dirname(page), decodeURIComponent(file));
      const isThere =
        existsSync(found) &&
        (anchor === undefined || (await readFile(found, "utf8")).includes(`<a id="${anchor}"></a>`));
      if (!isThere) broken.push(`${page}: ${target}`);
    }
  }
  return { links, broken };
}

/** Draws each chart with Mermaid in a browser; gives how many of each kind there are, and what went wrong. */
export async function drawCharts(pages: Pages, executablePath: string) {
  const charts = [...pages].flatMap(([page, text]) =>
    [...text.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, chart = ""]) => ({ page, chart })),
  );
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const tab = await browser.newPage();
    await tab.addScriptTag({ path: realParts().documentation.mermaid });
    const wrong: string[] = [];
    for (const [at, { page, chart }] of charts.entries())
      wrong.push(...(await faultsOf(tab, { page, chart, id: `chart${String(at)}` })));
    const kinds = Map.groupBy(charts, ({ chart }) => /^\w+/.exec(chart)?.[0] ?? "");
    return { counts: new Map([...kinds].map(([kind, all]) => [kind, all.length])), wrong };
  } finally {
    await browser.close();
  }
}

/** Relative targets of links outside of code. */
function targetsIn(text: string): string[] {
  const prose = text.replace(/^ *(`{3,})[\s\S]*?\n *\1$/gm, "").replace(/(`+)[^`][\s\S]*?\1/g, "");
  return [...prose.matchAll(/(?<!\\)\]\(([^)\s]+)[^)]*\)/g)].flatMap(([, target = ""]) =>
    /^[a-z]+:/i.test(target) ? [] : [target],
  );
}

interface Chart {
  readonly page: string;
  readonly chart: string;
  readonly id: string;
}

async function faultsOf(tab: Page, { page, chart, id }: Chart): Promise<readonly string[]> {
  const drawn = await tab.evaluate(
    async ({ text, name }) => {
      mermaid.initialize({ startOnLoad: false });
      return mermaid.render(name, text).then(
        ({ svg }) => svg,
        (error: unknown) => `failed: ${String(error)}`,
      );
    },
    { text: chart, name: id },
  );
  if (!drawn.startsWith("<svg")) return [`${page}: ${drawn.slice(0, 300)}\n${chart}`];
  const shown = drawn.replaceAll("&lt;", "<");
  return [...chart.matchAll(/\["([^"#]+)"\]/g)].flatMap(([, label = ""]) =>
    shown.includes(label) ? [] : [`${page}: ${label} is not in its chart`],
  );
}
