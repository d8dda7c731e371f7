import { ToolError } from "../platform/errors.ts";

/** A name, an index, or a part of an array. */
type Step = string | number | { readonly from: number; readonly to: number | undefined };

const form = /\.?([A-Za-z_$][\w$-]*)|\["((?:[^"\\]|\\.)*)"\]|\[(\d{1,9})\]|\[(\d{0,9}):(\d{0,9})\]|\[\*\]/y;
const maxSteps = 64;

/** The part of a JSON value that a path such as `items[0].name`, `items[20:40].id` or `["odd name"]` leads to. */
export function selectJson(value: unknown, path: string): unknown {
  const steps = stepsOf(path);
  return steps ? follow(value, steps, { path, done: 0 }) : invalid(path);
}

function stepsOf(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  // As in jq and JSONPath.
  let at = /^\$?\.?/.exec(path)?.[0].length ?? 0;
  while (at < path.length) {
    form.lastIndex = at;
    const found = form.exec(path);
    if (!found || steps.length === maxSteps) return undefined;
    steps.push(stepOf(found));
    at = form.lastIndex;
  }
  return steps;
}

function stepOf([, name, quoted, index, from = "", to = ""]: RegExpExecArray): Step {
  if (name !== undefined) return name;
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, "$1");
  if (index !== undefined) return Number(index);
  return { from: Number(from), to: to === "" ? undefined : Number(to) };
}

interface Way {
  readonly path: string;
  /** Steps that were found. */
  readonly done: number;
}

function follow(value: unknown, steps: readonly Step[], way: Way): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const next = { ...way, done: way.done + 1 };
  if (typeof step === "object") {
    if (!Array.isArray(value)) return missing(way);
    return value.slice(step.from, step.to).map((item) => follow(item, rest, next));
  }
  if (typeof step === "number") {
    return Array.isArray(value) && step < value.length ? follow(value[step], rest, next) : missing(way);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) {
    return missing(way);
  }
  return follow(Object.entries(value).find(([name]) => name === step)?.[1], rest, next);
}

function missing({ path, done }: Way): never {
  throw new ToolError(
    "NOT_FOUND",
    `The answer has nothing at ${path}: step ${String(done + 1)} of the path does not exist.`,
    "Look at the answer without `select`, or with a shorter path.",
  );
}

function invalid(path: string): never {
  throw new ToolError(
    "INVALID_ARGUMENT",
    `select: ${JSON.stringify(path.slice(0, 80))} is no path.`,
    'Write it as items[0].name, items[20:40].id or items["odd name"].',
  );
}
