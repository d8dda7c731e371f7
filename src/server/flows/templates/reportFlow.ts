import type { EdgePlan, FlowPlan, NodePlan } from "../build.ts";
import { callNode, combineNode, converterNode, jqNode, sectionEdges, textNode } from "./parts.ts";
import type { ReportCall } from "./parts.ts";

/** A part of a report: the answers of its calls, made into Markdown by a jq program. */
export interface ReportSection {
  readonly key: string;
  readonly title: string;
  readonly calls: readonly ReportCall[];
  /** Gets `results`, with the answer of each call. */
  readonly query: string;
}

interface Report {
  readonly serverName: string;
  /** Of the node that shows it. */
  readonly title: string;
  readonly sections: readonly ReportSection[];
}

const [columnWidth, rowHeight] = [420, 640];

/**
 * Calls of our tools, each section's answers made into Markdown by Langflow's own jq component, the sections joined. No
 * model, and no code of ours in Langflow: servers that forbid custom components run it too.
 */
export function reportFlow({ serverName, title, sections }: Report): FlowPlan {
  const rows = sections.flatMap(({ calls }) => calls);
  const end = {
    x: sections.some(isCombined) ? 1700 + columnWidth : 1700,
    y: ((rows.length - 1) * rowHeight) / 2,
  };
  // Langflow's component joins two texts: the first two sections, then each further one.
  const joins = sections.slice(1).map((_, at, all) => {
    const id = at === all.length - 1 ? "CombineText-report" : `CombineText-${String(at + 1)}`;
    return { id, position: { ...end, x: end.x + at * columnWidth }, isFirst: at === 0 };
  });
  const chat = {
    id: "ChatOutput-report",
    type: "ChatOutput",
    title,
    position: { ...end, x: end.x + joins.length * columnWidth },
  };
  const targetOf = (at: number) => {
    const join = joins[Math.max(at - 1, 0)];
    return join ? { to: join.id, field: at === 0 ? "text1" : "text2" } : { to: chat.id, field: "input_value" };
  };
  return {
    nodes: [
      ...sections.flatMap((section) => {
        const [first] = section.calls;
        return sectionNodes(section, { row: first ? rows.indexOf(first) : 0, serverName });
      }),
      ...joins.map(({ id, position, isFirst }) => ({
        id,
        type: "CombineText",
        title: isFirst ? "Both sections" : "And the next section",
        position,
        values: { delimiter: "\n\n" },
      })),
      chat,
    ],
    edges: [
      ...sections.flatMap(({ key, calls }, at) => [
        ...sectionEdges(key, calls),
        { from: `ParserComponent-${key}`, ...targetOf(at) },
      ]),
      ...joins.map(({ id }, at): EdgePlan => {
        const next = joins[at + 1];
        return next ? { from: id, to: next.id, field: "text1" } : { from: id, to: chat.id, field: "input_value" };
      }),
    ],
  };
}

function sectionNodes(
  section: ReportSection,
  { row, serverName }: { row: number; serverName: string },
): readonly NodePlan[] {
  const { key, title, calls, query } = section;
  const combined = isCombined(section);
  const [y, x] = [row * rowHeight, combined ? 840 + columnWidth : 840];
  return [
    ...calls.flatMap((call, at) => {
      const node = { y: y + at * rowHeight, serverName };
      return [callNode(call, node), converterNode(call.key, { ...node, title: combined ? call.title : title })];
    }),
    ...(combined ? [combineNode(key, { x: 840, y, title: `${title} answers` })] : []),
    jqNode(key, { x, y, title, query }),
    textNode(key, { x: x + columnWidth, y, title }),
  ];
}

function isCombined({ calls }: ReportSection): boolean {
  return calls.length > 1;
}
