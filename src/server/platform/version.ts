/** Put in by the bundler from package.json; a run from source has none. */
declare const LFC_VERSION: string | undefined;

export const version = typeof LFC_VERSION === "string" ? LFC_VERSION : "0.0.0";
