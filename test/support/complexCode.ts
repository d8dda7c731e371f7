/** A function with more branches than the complexity rule lets pass. */
export const branches = (name: string) =>
  `function ${name}(a: number): number {\n${Array.from({ length: 30 }, (_, at) => `  if (a === ${String(at)}) return ${String(at * 7)};`).join("\n")}\n  return a;\n}\n`;

/** As complex, and no copy of the other. */
export const cases = (name: string) =>
  `function ${name}(a: number): string {\n  switch (a) {\n${Array.from({ length: 30 }, (_, at) => `    case ${String(at)}:\n      return "${String(at)}";`).join("\n")}\n  }\n  return "";\n}\n`;
