import { readFileSync } from "node:fs";

/** The hostile sample: inputs with the outcome classes that each may have. */
export interface HostileEntry {
  readonly id: string;
  readonly expect: readonly string[];
  readonly why: string;
  readonly platform?: string;
  readonly mode?: string;
  readonly [field: string]: unknown;
}

/** Text, a concatenation of repeated parts, or raw bytes. */
export type Generated = string | { readonly gen: readonly (readonly [string, number])[] } | { readonly b64: string };

export interface HeaderEntry extends HostileEntry {
  readonly headers: Readonly<Record<string, Generated | readonly string[] | null>>;
  readonly request_line?: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: "call";
  readonly era?: "modern";
  readonly no_auth?: boolean;
  readonly stall?: boolean;
  readonly body_gz_bomb?: boolean;
}

export interface RpcEntry extends HostileEntry {
  readonly body: Generated;
  readonly method?: string;
}

export interface PathEntry extends HostileEntry {
  readonly op: string;
  readonly input: unknown;
  readonly write_expect?: readonly string[];
}

export interface GitEntry extends HostileEntry {
  /** Names of tools, of which ours are operations. */
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface UrlEntry extends HostileEntry {
  readonly input: string;
  /** A header that the caller gives, as in `Host: 127.0.0.1`. */
  readonly header?: string;
}

/** Of a name: its addresses, one list for each look-up in turn, or another name. */
type DnsEntry = string | readonly string[] | readonly (readonly string[])[];

export interface Sample {
  readonly fixture: {
    readonly files: Readonly<Record<string, Generated>>;
    readonly bytes: Readonly<Record<string, Generated>>;
    readonly symlinks: Readonly<Record<string, string>>;
    readonly hardlinks: Readonly<Record<string, string>>;
    readonly fifos: readonly string[];
    readonly modes: Readonly<Record<string, string>>;
  };
  readonly paths: readonly PathEntry[];
  readonly git: readonly GitEntry[];
  readonly url_fixture: { readonly dns: Readonly<Record<string, DnsEntry>> };
  readonly urls: readonly UrlEntry[];
  readonly secrets_redaction: readonly (HostileEntry & { readonly input: Generated })[];
  readonly headers: readonly HeaderEntry[];
  readonly jsonrpc: readonly RpcEntry[];
  readonly stdio_extra: readonly (HostileEntry & { readonly input: Generated })[];
}

export const sample = JSON.parse(
  readFileSync(new URL("../fixtures/hostile/inputs.json", import.meta.url), "utf8"),
) as Sample;

/** Ids that cannot be run here, each with its reason. */
export const skippedIds = JSON.parse(
  readFileSync(new URL("../fixtures/hostile/skipped.json", import.meta.url), "utf8"),
) as Readonly<Record<string, string>>;

export function bytesOf(value: Generated): Buffer {
  if (typeof value === "string") return Buffer.from(value, "utf8");
  if ("b64" in value) return Buffer.from(value.b64, "base64");
  return Buffer.concat(value.gen.map(([text, count]) => Buffer.from(text.repeat(count), "utf8")));
}
