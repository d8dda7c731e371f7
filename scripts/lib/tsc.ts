// The compiler, to judge a folder independently of the product: as a command, and in this process for many small folders.
import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

/** @returns what it prints, also when it finds errors */
export function runTsc(args: readonly string[], cwd: string, timeoutMs: number): Promise<string> {
  const command = ["--max-old-space-size=6144", tsc, ...args, "--pretty", "false"];
  const bounds = { cwd, maxBuffer: 64 * 1024 * 1024, timeout: timeoutMs };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, bounds, (error, printed) => {
      // It ends with 1 or 2 when it found errors, which is no failure here.
      if (error === null || (typeof error.code === "number" && error.code <= 2)) resolve(printed);
      else reject(new Error("tsc failed.", { cause: error }));
    });
  });
}

/** The library's files, which a process of its own would parse for each folder. */
const libraryFiles = new Map<string, ts.SourceFile>();

/** @returns the errors of a folder's tsconfig.json and of its files, as `error TS1: message`, without the folder's name */
export function errorsOf(folder: string): string[] {
  const config = path.join(folder, "tsconfig.json");
  const problems: ts.Diagnostic[] = [];
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => void problems.push(problem),
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(config, { noEmit: true }, host);
  if (!parsed) return problems.map((one) => lineOf(one, folder));
  const { fileNames, options, projectReferences = [], errors } = parsed;
  const program = ts.createProgram({
    rootNames: fileNames,
    options,
    projectReferences,
    configFileParsingDiagnostics: errors,
    host: hostFor(options),
  });
  const found = [...program.getConfigFileParsingDiagnostics(), ...program.getOptionsDiagnostics()];
  for (const file of program.getSourceFiles()) {
    if (program.isSourceFileDefaultLibrary(file)) continue;
    found.push(...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file));
    if (options.declaration === true || options.composite === true)
      found.push(...program.getDeclarationDiagnostics(file));
  }
  found.push(...program.getGlobalDiagnostics());
  return ts
    .sortAndDeduplicateDiagnostics(found)
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .map((one) => lineOf(one, folder));
}

function hostFor(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  const library = path.dirname(host.getDefaultLibFileName(options));
  host.getSourceFile = (name, version, ...rest) => {
    if (path.dirname(name) !== library) return read(name, version, ...rest);
    const key = `${name} ${JSON.stringify(version)}`;
    const file = libraryFiles.get(key) ?? read(name, version, ...rest);
    if (file) libraryFiles.set(key, file);
    return file;
  };
  return host;
}

function lineOf({ code, messageText }: ts.Diagnostic, folder: string): string {
  const message = ts.flattenDiagnosticMessageText(messageText, "\n").split("\n", 1)[0] ?? "";
  return `error TS${String(code)}: ${message.replaceAll(folder, "")}`;
}
