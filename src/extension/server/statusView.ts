import { duration } from "../../protocol/format.ts";
import type { LinkStatus, OffReason, WindowStatus } from "../../protocol/status.ts";

export interface StatusView {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "ok" | "warning" | "error";
}

/** What works in a window where nothing may run, and what makes the rest work. */
export const offTexts: Readonly<Record<OffReason, string>> = {
  noFolder: "Open a folder to start.",
  virtual: "This workspace is not on disk: open a local folder to start.",
  untrusted: "Trust this workspace to start.",
};

const ok = "ok";

/** The status bar as a pure function of one status message. */
export function statusView(status: WindowStatus): StatusView {
  const { server } = status;
  switch (server.state) {
    case "off":
      return view("$(circle-slash)", offTexts[server.reason], ok);
    case "starting":
      return view("$(loading~spin)", "The server is starting.", ok);
    case "restarting":
      return view("$(loading~spin)", `The server is restarting. ${server.reason}`, "warning");
    case "stopped":
      return view("$(error)", `The server stopped: ${server.reason} Run "Restart server".`, "error");
    case "running":
      return linkView(status.link, status.endpoint?.url);
  }
}

function linkView(link: LinkStatus, url: string | undefined): StatusView {
  const serves = url === undefined ? "The MCP endpoint is opening." : `MCP endpoint: ${url}`;
  const latency = link.latencyMs === undefined ? "" : ` ${duration(link.latencyMs)}`;
  const problem = link.problem ? `${link.problem.message} ${link.problem.remedy}` : "";
  switch (link.state) {
    case "off":
      return view("$(plug)", `${serves}\nNot connected to Langflow.`, ok);
    case "connecting":
      return view("$(sync~spin)", `Connecting to Langflow at ${link.url ?? "?"}.\n${serves}`, ok);
    case "connected":
      return link.warnings.length > 0 || link.registration?.problem !== undefined
        ? view(
            "$(warning)",
            [`Connected to Langflow ${link.version ?? ""}.`, ...notes(link), serves].join("\n"),
            "warning",
            latency,
          )
        : view(
            "$(check)",
            `Connected to Langflow ${link.version ?? ""} at ${link.url ?? "?"}.\n${serves}`,
            ok,
            latency,
          );
    case "slow":
      return view("$(watch)", `${problem}\n${serves}`, "warning", latency);
    case "reconnecting":
      return view("$(sync~spin)", `Reconnecting to Langflow. ${problem}\n${serves}`, "warning");
    case "failed":
      return view("$(error)", `${problem === "" ? "Langflow cannot be reached." : problem}\n${serves}`, "error");
  }
}

function notes(link: LinkStatus): readonly string[] {
  return link.registration?.problem === undefined ? link.warnings : [...link.warnings, link.registration.problem];
}

function view(icon: string, tooltip: string, severity: StatusView["severity"], suffix = ""): StatusView {
  return { text: `${icon} Langflow${suffix}`, tooltip, severity };
}
