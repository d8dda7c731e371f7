import { createAnalysis } from "../analysis/analysis.ts";
import { createDocumentation } from "../documentation/documentation.ts";
import { ToolError } from "../platform/errors.ts";
import type { Egress } from "../platform/egress/egress.ts";
import { pinnedTo, quietSsh } from "../repositories/userGit.ts";
import type { Repositories } from "../repositories/repositories.ts";
import { createInUse } from "./inUse.ts";
import type { InUse } from "./inUse.ts";
import type { Services } from "../tools/runner/context.ts";
import { noMeaning } from "../vectors/meaning.ts";
import type { Edits } from "../workspace/edits/edits.ts";
import { createGit } from "../workspace/git/git.ts";
import { createSearch } from "../workspace/search/search.ts";
import { openWorkspace } from "../workspace/workspace.ts";

/** What tools get instead of the workspace's own services for a call about an ingested repository. */
export interface RepositoryViews {
  servicesFor(args: Readonly<Record<string, unknown>>): Promise<Partial<Services> | undefined>;
  /** Words without the folders that the copies are in. */
  displayText(text: string): string;
  dispose(): Promise<void>;
}

interface View {
  readonly use: InUse;
  readonly services: Partial<Services>;
  displayText(text: string): string;
  dispose(): Promise<void>;
}

/** Each has threads and projects of its own. */
const mostViews = 2;
/** Arguments that say where a call is. */
const located = ["path", "symbol", "folder"] as const;

export function createRepositoryViews(repositories: Repositories, services: () => Partial<Services>): RepositoryViews {
  /** The last used at the end. */
  const views = new Map<string, Promise<View>>();
  const opened = new Set<View>();

  /** @param isAtOnce Calls that are on their way fail; otherwise they end first. */
  async function close(name: string, isAtOnce: boolean): Promise<void> {
    const view = views.get(name);
    views.delete(name);
    const open = await view?.catch(() => undefined);
    if (!open) return;
    if (!isAtOnce) await open.use.idle();
    open.use.close();
    await open.dispose();
    // Until then an answer can name its folder.
    opened.delete(open);
  }
  repositories.onChange((name) => {
    void close(name, true);
  });

  async function viewOf(name: string): Promise<View | undefined> {
    const folder = await repositories.folderOf(name);
    if (folder === undefined) {
      // Another process may have removed it.
      void close(name, true);
      return undefined;
    }
    const view = views.get(name) ?? open(name, folder);
    views.delete(name);
    views.set(name, view);
    const announced = view.then((opened) => {
      opened.use.announce();
      return opened;
    });
    const [oldest] = views.size > mostViews ? views.keys() : [];
    if (oldest !== undefined) void close(oldest, false);
    return announced;
  }

  async function open(name: string, folder: string): Promise<View> {
    const workspace = await openWorkspace([folder], undefined, name);
    const edits = readOnlyEdits(name);
    const use = createInUse(name);
    const ownAnalysis = createAnalysis({
      workerFile: new URL("./analysisWorker.mjs", import.meta.url),
      roots: workspace.roots,
      overlays: () => new Map(),
    });
    const ownSearch = createSearch({ workspace, workerFile: new URL("./searchWorker.mjs", import.meta.url) });
    const [analysis, search] = [use.counted(ownAnalysis), use.counted(ownSearch)];
    const git = createGit({ workspace, edits });
    const view: View = {
      use,
      services: {
        ...services(),
        workspace,
        edits,
        analysis,
        search,
        git,
        documentation: createDocumentation({ workspace, analysis }),
        meaning: noMeaning(),
      },
      displayText: workspace.displayText,
      async dispose() {
        await Promise.all([ownAnalysis.dispose(), ownSearch.dispose()]);
      },
    };
    opened.add(view);
    return view;
  }

  return {
    async servicesFor(args) {
      const name = repositoryIn(args);
      return name === undefined ? undefined : (await viewOf(name))?.services;
    },
    displayText: (text) => [...opened].reduce((rest, view) => view.displayText(rest), text),
    async dispose() {
      await Promise.all([...views.keys()].map((name) => close(name, true)));
      // Those that are on their way out.
      await Promise.all([...opened].map((view) => view.dispose()));
    },
  };
}

const usualPorts: Readonly<Record<string, string>> = { https: "443", http: "80", ssh: "22", git: "9418" };

/**
 * Arguments that let git reach one address: of the web, only at the addresses that the egress policy has checked. Ssh looks
 * the name up itself, by settings of the user; git's own protocol has no way to fix an address, and so is for hosts that
 * the user allowed.
 */
export async function allowGit(egress: Egress, url: URL, signal: AbortSignal): Promise<readonly string[]> {
  const protocol = url.protocol.slice(0, -1);
  const port = url.port === "" ? (usualPorts[protocol] ?? "") : url.port;
  const scheme = protocol === "https" ? "https" : "http";
  const addresses = await egress.check(new URL(`${scheme}://${url.hostname}:${port}/`), signal);
  const isLiteral = addresses?.length === 1 && addresses[0] === url.hostname.replace(/^\[|\]$/g, "");
  if (protocol === "git" && !isLiteral) {
    throw new ToolError(
      "EGRESS_BLOCKED",
      "git:// addresses are neither encrypted nor checked.",
      "Give the https:// address of the repository.",
    );
  }
  const allowed = ["-c", `protocol.${protocol}.allow=always`];
  if (protocol === "ssh") return [...allowed, ...(await quietSsh(signal))];
  return addresses && !isLiteral
    ? [...allowed, ...(await pinnedTo(`${url.hostname}:${port}`, addresses, signal))]
    : allowed;
}

/** The `@name` that an argument begins with. */
function repositoryIn(args: Readonly<Record<string, unknown>>): string | undefined {
  const { paths } = args;
  const first: unknown = Array.isArray(paths) ? paths[0] : undefined;
  for (const value of [...located.map((name) => args[name]), first]) {
    const name = typeof value === "string" ? /^@[\w.-]+(?=$|[/#])/.exec(value)?.[0] : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
}

function readOnlyEdits(name: string): Edits {
  const refuse = () =>
    Promise.reject(
      new ToolError(
        "PROTECTED_PATH",
        `${name} is a copy of another repository, and read-only; nothing was changed.`,
        "Change files of the workspace instead.",
      ),
    );
  return {
    resolve: refuse,
    files: { write: refuse, replace: refuse, remove: refuse },
    plan: refuse,
    find: () => {
      throw new ToolError("NOT_FOUND", "There is no plan of this id.", "Plans are about files of the workspace.");
    },
    checkUnchanged: refuse,
    apply: refuse,
    undo: refuse,
    perform: refuse,
    permit: refuse,
    createFolder: refuse,
  };
}
