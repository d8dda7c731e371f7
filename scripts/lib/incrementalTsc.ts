// The compiler's own builder over a folder, asked again after each change.
import path from "node:path";
import { readFileSync, statSync } from "node:fs";
import ts from "typescript";

export interface IncrementalTsc {
  /** The program's errors as `code message`, without file and line: an error that moves with its code is no new one. */
  errors(): string[];
  program(): ts.Program;
}

/** Quick: after a change only its files and what imports them directly are checked again, not all that depends on them. */
export function incrementalTsc(folder: string, quick: boolean): IncrementalTsc {
  const kept = new Map<string, { readonly stamp: string; readonly file: ts.SourceFile }>();
  let first: ts.SemanticDiagnosticsBuilderProgram | undefined;

  function build(): ts.SemanticDiagnosticsBuilderProgram {
    const config = path.join(folder, "tsconfig.json");
    const read = ts.readConfigFile(config, (file) => readFileSync(file, "utf8"));
    const parsed = ts.parseJsonConfigFileContent(read.config, ts.sys, folder);
    const options = { ...parsed.options, noEmit: true, assumeChangesOnlyAffectDirectDependencies: quick };
    const host = ts.createIncrementalCompilerHost(options);
    const fresh = host.getSourceFile;
    host.getSourceFile = (name, ...rest) => {
      const stat = statSync(name, { throwIfNoEntry: false });
      if (!stat) return undefined;
      const stamp = `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
      const known = kept.get(name);
      if (known?.stamp === stamp) return known.file;
      const file = fresh(name, ...rest);
      if (file) kept.set(name, { stamp, file });
      return file;
    };
    // Always compared with the first one: each change is taken back before the next.
    const built = ts.createSemanticDiagnosticsBuilderProgram(parsed.fileNames, options, host, first);
    first ??= built;
    return built;
  }

  return {
    errors() {
      const built = build();
      const found = [...built.getSyntacticDiagnostics(), ...built.getSemanticDiagnostics()];
      return found.map(
        ({ code, messageText }) =>
          `TS${code} ${ts.flattenDiagnosticMessageText(messageText, "\n").replaceAll(folder, "")}`,
      );
    },
    program: () => (first ?? build()).getProgram(),
  };
}
