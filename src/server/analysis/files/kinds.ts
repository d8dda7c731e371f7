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
  /^(?:build|out|lib-esm|esm|cjs|umd)\//,
  /[.-](?:min|bundle|chunk)\.(?:js|mjs|cjs|css)$/,
  /\.generated\.[a-z]+$/,
  /\.g\.(?:ts|dart|cs)$/,
  /_pb2(?:_grpc)?\.pyi?$/,
  /\.pb\.(?:go|cc|h)$/,
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock|Cargo\.lock)$/,
];

export function isTest(path: string): boolean {
  return testNames.some((name) => name.test(path));
}

export function isGenerated(path: string): boolean {
  return generatedNames.some((name) => name.test(path));
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
