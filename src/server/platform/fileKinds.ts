/** What kind of file a path names, relative to its root. */

const testNames = [
  /(?:^|\/)(?:__tests__|tests)\//,
  /^(?:test|spec|e2e)\//,
  /^(?:packages|apps|libs|crates|services)\/[^/]+\/(?:test|spec|e2e)\//,
  /(?:^|\/)src\/test\//,
  /[.-](?:test|spec|e2e|cy|test-d|bench)\.[a-z]+$/,
  /(?:^|\/)test_[^/]*\.py$/,
  /_test\.(?:py|go|dart|exs?|cc|cpp|rs)$/,
  /(?:^|\/)conftest\.py$/,
  /_spec\.rb$/,
  /Tests?\.(?:java|kt|cs|scala|php|swift)$/,
];

/** Copies made by tools and code of others: counted, but not judged. */
const generatedNames = [
  /(?:^|\/)(?:dist|vendor|vendored|third_party|node_modules|bower_components|_cjs|_esm|_types|__generated__|generated)\//,
  /^(?:(?:packages|apps|libs|crates|services)\/[^/]+\/)?(?:build|out|lib-esm|esm|cjs|umd)\//,
  /[.-](?:min|bundle|chunk)\.(?:js|mjs|cjs|css)$/,
  /\.generated\.[a-z]+$/,
  /\.g\.(?:ts|dart|cs)$/,
  /_pb2(?:_grpc)?\.pyi?$/,
  /\.pb\.(?:go|cc|h)$/,
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|(?:poetry|uv|Cargo|bun|deno|composer|Gemfile|Pipfile|flake)\.(?:lock|lock\.json)|go\.sum)$/,
];

export function isTest(path: string): boolean {
  return testNames.some((name) => name.test(path));
}

export function isGenerated(path: string): boolean {
  return generatedNames.some((name) => name.test(path));
}

const declarationEnd = /\.d\.[cm]?ts$/;
const sourceEnds = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/** Whether a declaration file says again what a source beside it says. */
export function isDeclarationOfSource(path: string, exists: (path: string) => boolean): boolean {
  if (!declarationEnd.test(path)) return false;
  const stem = path.replace(declarationEnd, "");
  return sourceEnds.some((end) => exists(stem + end));
}

const headerLength = 1000;

/** Whether a text says of itself that a tool wrote it: `@generated`, or Go's `Code generated … DO NOT EDIT.` */
export function saysGenerated(text: string): boolean {
  // The mark stands in a comment, not in a string of a program that looks for it.
  return /^\s*(?:\/\/|\/?\*|#|--|;|<!--).{0,200}(?:@generated\b|\bCode generated .{1,200}DO NOT EDIT)/m.test(
    text.slice(0, headerLength),
  );
}

/** Files that a tool finds by their name: nothing needs to import them. */
const calledByName = [
  /(?:^|\/)[^/]*\.config\.[a-z]+$/,
  /(?:^|\/)\.[^/]+\.[cm]?[jt]s$/,
  /(?:^|\/)(?:scripts?|bin|tools|examples?|benchmarks?|bench|docs|migrations|fixtures)\//,
  /(?:^|\/)(?:setup|conftest|manage|wsgi|asgi|__main__|noxfile|tasks)\.py$/,
  /(?:^|\/)(?:pages|app|routes)\/.*(?:page|layout|route|index|loading|error|middleware|\+\w+)\.[jt]sx?$/,
  /(?:^|\/)(?:middleware|instrumentation)\.[jt]s$/,
  /\.stories\.[jt]sx?$/,
  /\.d\.[cm]?ts$/,
];

export function isCalledByName(path: string): boolean {
  return calledByName.some((name) => name.test(path));
}
