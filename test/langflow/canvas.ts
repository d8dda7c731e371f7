import { chromium } from "playwright-core";
import type { Browser, Locator, Page } from "playwright-core";
import { realParts } from "../../scripts/lib/realParts.ts";

/** What the canvas shows of components whose code is not that of Langflow. */
export interface CanvasWarnings {
  /** The bars on components, as "ID: its text", sorted. */
  readonly marks: readonly string[];
  /** The text below the flow, which counts them. */
  readonly banner: string;
}

async function launch(): Promise<Browser> {
  const { chromium: executablePath } = realParts().vscode;
  if (executablePath === undefined) throw new Error("There is no Chromium: run `npm run setup:real -- vscode`.");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
}

/** A flow to open: its id, and those of its components. */
export type OpenedFlow = readonly [flow: string, components: readonly string[]];

/** Opens each flow in Langflow's own page, one after the other, and gives by flow what it warns of. */
export async function canvasWarnings(
  url: string,
  flows: readonly OpenedFlow[],
): Promise<ReadonlyMap<string, CanvasWarnings>> {
  const browser = await launch();
  const found = new Map<string, CanvasWarnings>();
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    await page.goto(`${url}/flow/${flows[0]?.[0] ?? ""}`);
    await page.locator(".react-flow__node").first().waitFor({ timeout: 120_000 });
    let last = "";
    for (const [flow, components] of flows) {
      const wanted = [...components].sort().join(" ");
      // Until the page has the next flow, it shows the last one.
      if (wanted === last) throw new Error(`Flow ${flow} has the same components as the one before it.`);
      last = wanted;
      await go(page, `/flow/${flow}`);
      found.set(flow, await warningsOf(page, wanted));
    }
  } finally {
    await browser.close();
  }
  return found;
}

/** As a link of the page does: loading the page again takes seconds more. */
async function go(page: Page, to: string): Promise<void> {
  await page.evaluate((address) => {
    history.pushState({}, "", address);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  }, to);
}

/** Read until the components are there, the banner counts the bars, and two looks are the same. */
async function warningsOf(page: Page, wanted: string): Promise<CanvasWarnings> {
  const end = Date.now() + 120_000;
  for (let last = ""; ; await page.waitForTimeout(100)) {
    const { components, ...warnings } = await page.evaluate(lookAround);
    const text = JSON.stringify(warnings);
    const counted = Number(/\d+/.exec(warnings.banner)?.[0] ?? 0);
    const complete = components === wanted && counted === warnings.marks.length;
    if (complete && text === last) return warnings;
    if (Date.now() > end) throw new Error(`${page.url()} does not show ${wanted}, but ${components}: ${text}`);
    last = complete ? text : "";
  }
}

/** In the page. */
function lookAround(): CanvasWarnings & { readonly components: string } {
  const idOf = (element: Element | null) => element?.getAttribute("data-id") ?? "";
  const textOf = (element: Element) => {
    const leaves = [...element.querySelectorAll("*")].filter(({ children }) => children.length === 0);
    return leaves.flatMap(({ textContent }) => textContent || []).join(" | ");
  };
  const nodes = [...document.querySelectorAll(".react-flow__node")];
  const bars = [...document.querySelectorAll('.react-flow__node [class*="rounded-t-[0.69rem]"]')];
  const banner = document.querySelector('[class*="bottom-16"][class*="w-[530px]"]');
  return {
    components: nodes.map(idOf).sort().join(" "),
    marks: bars.map((bar) => `${idOf(bar.closest(".react-flow__node"))}: ${textOf(bar)}`).sort(),
    banner: banner ? textOf(banner) : "",
  };
}

/** Opens a flow in Langflow's own page, moves a node and saves, as a person who only looked and tidied up. */
export async function openAndSave(flowUrl: string, flowId: string): Promise<void> {
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    await page.goto(flowUrl);
    const nodes = page.locator(".react-flow__node");
    await nodes.last().waitFor({ timeout: 60_000 });
    // The canvas asks Langflow about its components for a moment after it shows them.
    await page.waitForLoadState("networkidle");
    // On a busy machine the page may take the first gesture before it listens.
    for (let attempt = 1; ; attempt++) {
      const saved = page.waitForResponse(
        (response) => response.request().method() === "PATCH" && response.url().includes(`/api/v1/flows/${flowId}`),
        { timeout: 15_000 },
      );
      await moveAndSave(page, nodes);
      const answer = await saved.catch(() => undefined);
      if (answer?.ok()) return;
      if (attempt === 4) throw new Error("The canvas did not save the flow.");
    }
  } finally {
    await browser.close();
  }
}

async function moveAndSave(page: Page, nodes: Locator): Promise<void> {
  const boxes = await Promise.all((await nodes.all()).map((node) => node.boundingBox()));
  // On a busy machine the canvas may not have fitted the flow into its view.
  const box = boxes.find((each) => each && each.x > 300 && each.x + each.width < 1_550 && each.y > 60 && each.y < 800);
  if (!box) throw new Error("No node is in view.");
  await page.mouse.move(box.x + box.width / 2, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 40, box.y + 40, { steps: 6 });
  await page.mouse.up();
  await page.keyboard.press("Control+s");
}
