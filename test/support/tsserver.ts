import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** `path:line:column`, 1-based, absolute path. */
export type PlaceKey = string;

export interface TsServer {
  open(file: string): Promise<void>;
  /** Places of `references`, sorted. */
  references(file: string, line: number, column: number): Promise<PlaceKey[]>;
  /**
   * Places of `rename`, sorted; undefined where it refuses. With `apart`, a destructured variable keeps its name, and so does
   * an import of a renamed export.
   */
  rename(file: string, line: number, column: number, apart?: boolean): Promise<PlaceKey[] | undefined>;
  request(command: string, args: object): Promise<unknown>;
  readonly pid: number;
  close(): void;
}

interface Reply {
  readonly type: string;
  readonly request_seq: number;
  readonly success: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

const main = fileURLToPath(new URL("../../node_modules/typescript/lib/tsserver.js", import.meta.url));

/** The raw tsserver of typescript 6.0.3: what our answers are compared with. */
export function startTsServer({ inferredOptions = {} }: { inferredOptions?: object } = {}): TsServer {
  const child = spawn(
    process.execPath,
    [main, "--disableAutomaticTypingAcquisition", "--suppressDiagnosticEvents", "--useInferredProjectPerProjectRoot"],
    { stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, NODE_OPTIONS: "--max-old-space-size=4096" } },
  );
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let rest = "";
  let seq = 0;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    rest += chunk;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("{")) continue;
      const reply = JSON.parse(line) as Reply;
      if (reply.type !== "response") continue;
      const call = waiting.get(reply.request_seq);
      waiting.delete(reply.request_seq);
      if (reply.success) call?.resolve(reply.body);
      else call?.reject(new Error(reply.message));
    }
  });

  const send = (command: string, args: object) => {
    child.stdin.write(`${JSON.stringify({ seq: ++seq, type: "request", command, arguments: args })}\n`);
    return seq;
  };
  const request = (command: string, args: object) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(send(command, args), { resolve, reject });
    });

  void request("compilerOptionsForInferredProjects", { options: inferredOptions });

  return {
    request,
    pid: child.pid ?? 0,
    async open(file) {
      send("open", { file, projectRootPath: undefined });
      await request("projectInfo", { file, needFileNameList: false });
    },
    async references(file, line, column) {
      const { refs } = (await request("references", { file, line, offset: column })) as {
        refs: { file: string; start: { line: number; offset: number } }[];
      };
      return refs.map(({ file: at, start }) => `${at}:${start.line}:${start.offset}`).sort();
    },
    async rename(file, line, column, apart = false) {
      await request("configure", { preferences: { providePrefixAndSuffixTextForRename: apart } });
      const { info, locs } = (await request("rename", { file, line, offset: column })) as {
        info: { canRename: boolean };
        locs: { file: string; locs: { start: { line: number; offset: number } }[] }[];
      };
      if (!info.canRename) return undefined;
      return locs
        .flatMap(({ file: at, locs: all }) => all.map(({ start }) => `${at}:${start.line}:${start.offset}`))
        .sort();
    },
    close: () => child.kill(),
  };
}
