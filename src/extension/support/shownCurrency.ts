import { window, workspace } from "vscode";
import { currencyOf, usDollars } from "../../protocol/currency.ts";
import type { Currency } from "../../protocol/currency.ts";

const names = ["cost.currency", "cost.exchangeRate"] as const;

let warnedOf = "";

/** What amounts are shown in. A currency without a rate is said once, and US dollars are shown. */
export function shownCurrency(): Currency {
  const settings = workspace.getConfiguration("langflowConnect");
  const [code, rate] = names.map((name) => String(settings.get(name)));
  const currency = currencyOf(code ?? "", rate ?? "");
  const problem = currency ? "" : `${String(code)} ${String(rate)}`;
  if (problem !== "" && problem !== warnedOf) {
    void window.showWarningMessage(
      `The setting langflowConnect.${names[0]} does not count: it must be a code such as EUR, with langflowConnect.${names[1]}, how much of it one US dollar is.`,
    );
  }
  warnedOf = problem;
  return currency ?? usDollars;
}

export function onShownCurrency(listener: (currency: Currency) => void) {
  return workspace.onDidChangeConfiguration((change) => {
    if (names.some((name) => change.affectsConfiguration(`langflowConnect.${name}`))) listener(shownCurrency());
  });
}
