import { chromium } from "playwright-core";
import type { Locator, Page } from "playwright-core";
import { realParts } from "../../scripts/lib/realParts.ts";

/** Opens a flow in Langflow's own page, moves a node and saves, as a person who only looked and tidied up. */
export async function openAndSave(flowUrl: string, flowId: string): Promise<void> {
  const { chromium: executablePath } = realParts().vscode;
  if (executablePath === undefined) throw new Error("There is no Chromium: run `npm run setup:real -- vscode`.");
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
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
