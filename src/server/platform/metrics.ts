/** One figure of a service, or several that differ in their labels. */
export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  /** Called at each scrape. Labels have few values, such as tool names: each one is a series for whoever keeps them. */
  read(): Iterable<Sample>;
}

export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a histogram's parts: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string;
}

/** Figures of this process since its start; each service registers its own. */
export interface Metrics {
  register(...metrics: readonly Metric[]): void;
  /** Prometheus text exposition format 0.0.4. */
  text(): string;
}

export function createMetrics(): Metrics {
  const registered: Metric[] = [];
  return {
    register: (...metrics) => void registered.push(...metrics),
    text: () => `${registered.flatMap(lines).join("\n")}\n`,
  };
}

function lines({ name, type, help, read }: Metric): readonly string[] {
  const samples = Array.from(read(), ({ value, labels = {}, suffix = "" }) => {
    const text = Object.entries(labels).map(([label, content]) => `${label}="${escaped(content)}"`);
    return `${name}${suffix}${text.length > 0 ? `{${text.join(",")}}` : ""} ${String(value)}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
