import type { AlertList } from "../protocol/alerts.ts";
import { clock, clockOrDay } from "../protocol/format.ts";
import { useSlice } from "./slices.ts";

/** What is not well now, and what was not. */
export function Alerts() {
  const alerts = useSlice("alerts") ?? [];
  if (alerts.length === 0) return null;
  return (
    <section aria-labelledby="alerts">
      <h2 id="alerts">Alerts</h2>
      <AlertItems alerts={alerts} />
    </section>
  );
}

export function AlertItems({ alerts }: { readonly alerts: AlertList }) {
  return (
    <ul className="alerts">
      {alerts.map(({ id, severity, message, remedy, firedAt, resolvedAt, silencedUntil }) => (
        <li key={id} className={resolvedAt === undefined ? "note" : "over"}>
          {resolvedAt === undefined ? (
            <>
              {severity === "error" ? "Error, since" : "Since"} {clockOrDay(firedAt, new Date())}: {message} {remedy}
              {silencedUntil !== undefined && ` Silenced until ${clockOrDay(silencedUntil, new Date())}.`}
            </>
          ) : (
            <>
              {clockOrDay(firedAt, new Date())} to {clock(resolvedAt)}: {message}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
