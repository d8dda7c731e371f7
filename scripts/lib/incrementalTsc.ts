// The compiler's own builder over each project of a folder, asked again after each change.
import path from "node:path";
import { existsSync, readFileSync, statSync } from "node:fs";
import ts from "typescript";

export interface IncrementalTsc {
  /** The programs' errors as `code message`, without file and line: an error that moves with its code is no new one. */
  errors(): string[];
  /** The same of a compiler that has been asked nothing before, on which some errors depend. */
  coldErrors(): string[];
  programs(): readonly ts.Program[];
}

type Builder = ts.SemanticDiagnosticsBuilderProgram;

/** Quick: after a change only its files and what imports them directly are checked again, not all that depends on them. */
export function incrementalTsc(folder: string, quick: boolean): IncrementalTsc {
  const kept = new Map<string, { readonly stamp: string; readonly file: ts.SourceFile }>();
  const first = new Map<string, Builder>();

  function build(config: string, old: Builder | undefined): Builder {
    const parsed = parsedOf(folder, config);
    const options = { ...parsed.options, noEmit: true, assumeChangesOnlyAffectDirectDependencies: quick };
    const host = ts.createIncrementalCompilerHost(options);
    const fresh = host.getSourceFile;
    host.getSourceFile = (name, ...rest) => {
      const stat = statSync(name, { throwIfNoEntry: false });
      if (!stat) return undefined;
      const key = `${config} ${name}`;
      const stamp = `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
      const known = kept.get(key);
      if (known?.stamp === stamp) return known.file;
      const file = fresh(name, ...rest);
      if (file) kept.set(key, { stamp, file });
      return file;
    };
    return ts.createSemanticDiagnosticsBuilderProgram(parsed.fileNames, options, host, old);
  }

  /** Always compared with the first one: each change is taken back before the next. */
  function warm(config: string): Builder {
    const known = first.get(config);
    const built = build(config, known);
    if (!known) first.set(config, built);
    return built;
  }

  function errorsOf(built: Builder): string[] {
    return [...built.getSyntacticDiagnostics(), ...built.getSemanticDiagnostics()].map(({ code, messageText, file }) =>
      plainError(code, plainText(messageText, folder, file?.fileName)),
    );
  }

  // A refactoring may change the configurations too, but not which there are.
  const configs = configsOf(folder);
  return {
    errors: () => configs.flatMap((config) => errorsOf(warm(config))),
    coldErrors: () => configs.flatMap((config) => errorsOf(build(config, undefined))),
    programs: () => configs.map((config) => (first.get(config) ?? warm(config)).getProgram()),
  };
}

/** The compiler proposes another name for the first few that it does not find, and says of JSX in other words that it needs one. */
function plainError(code: number, text: string): string {
  const name =
    /^(?:Cannot find name|This JSX tag requires|Using JSX fragments requires fragment factory) '([^']+)'/.exec(
      text,
    )?.[1];
  return name === undefined ? `TS${code} ${text}` : `TS2304 Cannot find name '${name}'.`;
}

/**
 * The order of a union depends on the order of the compiler's work, and so does the member that it names below; what a relative
 * import cannot reach is another word in another folder.
 */
function plainText(messageText: string | ts.DiagnosticMessageChain, folder: string, file = ""): string {
  const [first = ""] = ts.flattenDiagnosticMessageText(messageText, "\n").replaceAll(folder, "").split("\n");
  return first
    .replace(/'([^']* \| [^']*)'/g, (_, union: string) => `'${union.split(" | ").sort().join(" | ")}'`)
    .replace(/'(\.\.?\/[^']*)'/, (_, to: string) => `'${path.relative(folder, path.join(path.dirname(file), to))}'`);
}

/** The folder's configuration and those that it refers to, as far as they have files. */
function configsOf(folder: string): string[] {
  const top = ["tsconfig.json", "jsconfig.json"]
    .map((name) => path.join(folder, name))
    .find((file) => existsSync(file));
  const waiting = [top ?? path.join(folder, "tsconfig.json")];
  const seen = new Set<string>();
  for (const config of waiting) {
    if (seen.has(config)) continue;
    seen.add(config);
    const { projectReferences = [] } = parsedOf(folder, config);
    waiting.push(...projectReferences.map((reference) => ts.resolveProjectReferencePath(reference)));
  }
  const found = [...seen].filter((config) => parsedOf(folder, config).fileNames.length > 0);
  return found.length > 0 ? found : [path.join(folder, "no-configuration")];
}

/** Without a configuration all files of the folder are one project, as they are for the server. */
function parsedOf(folder: string, config: string): ts.ParsedCommandLine {
  if (!existsSync(config)) {
    const loose = { compilerOptions: { allowJs: true, module: "nodenext", types: [] } };
    return ts.parseJsonConfigFileContent(loose, ts.sys, folder);
  }
  const read = ts.readConfigFile(config, (file) => readFileSync(file, "utf8"));
  return ts.parseJsonConfigFileContent(read.config, ts.sys, path.dirname(config), undefined, config);
}
