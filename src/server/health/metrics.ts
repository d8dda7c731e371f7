import type { AlertList } from "../../protocol/alerts.ts";
import type { ChannelStatus, MachineSample, Use } from "../../protocol/health.ts";
import type { Metrics, Sample } from "../platform/metrics.ts";

interface Figures {
  latest(): MachineSample | undefined;
  alerts(): AlertList;
  deliveries(): readonly ChannelStatus[];
}

/** The machine at the last sample, the alerts that last, and what waits to be sent. A figure that is not known has no line. */
export function registerHealthMetrics(metrics: Metrics, { latest, alerts, deliveries }: Figures): void {
  const gauge = (name: string, help: string, read: () => readonly Sample[]) => {
    metrics.register({ name, type: "gauge", help, read });
  };
  const share = (use: Use | undefined) => (use ? [{ value: use.used / use.total }] : []);
  gauge("lfc_machine_cpu_ratio", "Busy share of all processors.", () => {
    const cpu = latest()?.cpu;
    return cpu === undefined ? [] : [{ value: cpu }];
  });
  gauge("lfc_machine_memory_ratio", "Used share of the memory of the machine or the container.", () =>
    share(latest()?.memory),
  );
  gauge("lfc_disk_used_ratio", "Used share of the file system with the data folder.", () => share(latest()?.disk));
  gauge("lfc_alerts_firing", "Alerts that last, by rule and severity.", () => {
    const counts = new Map<string, { value: number; labels: { rule: string; severity: string } }>();
    for (const { rule, severity, resolvedAt } of alerts()) {
      if (resolvedAt !== undefined) continue;
      const key = `${rule} ${severity}`;
      const { value } = counts.get(key) ?? { value: 0 };
      counts.set(key, { value: value + 1, labels: { rule, severity } });
    }
    return [...counts.values()];
  });
  gauge("lfc_alert_messages_waiting", "Messages about alerts that are not delivered yet.", () =>
    deliveries().map(({ channel, waiting }) => ({ value: waiting, labels: { channel } })),
  );
  metrics.register({
    name: "lfc_alert_messages_given_up_total",
    type: "counter",
    help: "Messages about alerts that were refused, or too many to keep.",
    read: () => deliveries().map(({ channel, givenUp }) => ({ value: givenUp, labels: { channel } })),
  });
}
