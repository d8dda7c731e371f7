import { Handle, Position, useUpdateNodeInternals } from "@xyflow/react";
import type { NodeProps } from "@xyflow/react";
import { useEffect } from "react";
import type { GraphPort } from "../../protocol/flowGraph.ts";
import type { ComponentNode, NoteNode } from "./canvasNodes.ts";
import { changeLabel } from "./changeWords.ts";
import { stateLabel } from "./runWords.ts";

function ComponentBox({ id, data }: NodeProps<ComponentNode>) {
  const { component, run, change, isCurrent } = data;
  const { title, inputs, outputs, inside } = component;
  const updateNodeInternals = useUpdateNodeInternals();
  const ports = [...inputs, ...outputs].map(({ name }) => name).join("\n");
  useEffect(() => {
    updateNodeInternals(id);
  }, [id, ports, updateNodeInternals]);
  return (
    <div
      className={`box ${run?.state ?? ""} ${change?.kind ?? ""} ${isCurrent ? "current" : ""}`}
      title={run?.error ?? id}
    >
      <div className="title">
        <span className="name">{title}</span>
        {run && <span className="state">{stateLabel(run)}</span>}
      </div>
      {change && <div className="change">{changeLabel(change)}</div>}
      {inside.length > 0 && <div className="kind">Group of {inside.length} components</div>}
      {inputs.map((port) => (
        <Port key={port.name} port={port} side="in" />
      ))}
      {outputs.map((port) => (
        <Port key={port.name} port={port} side="out" />
      ))}
    </div>
  );
}

function Port({ port, side }: { readonly port: GraphPort; readonly side: "in" | "out" }) {
  const isInput = side === "in";
  return (
    <div className={`port ${side}`}>
      {port.isOpen && (
        <Handle
          type={isInput ? "target" : "source"}
          position={isInput ? Position.Left : Position.Right}
          id={`${side}:${port.name}`}
          isConnectable={false}
        />
      )}
      {port.title}
    </div>
  );
}

function Note({ data: { note, isCurrent } }: NodeProps<NoteNode>) {
  return (
    // It scrolls, so that the keyboard must come to it and not to the node around it.
    <div className={`notice nowheel ${isCurrent ? "current" : ""}`} tabIndex={0}>
      {note.text.split("\n").map((line, index) => (
        // Lines have no other name than where they are.
        <Line key={index} text={line} />
      ))}
    </div>
  );
}

/** Headings and bold words stand out; everything else of Markdown is shown as it was written. */
function Line({ text }: { readonly text: string }) {
  const heading = /^#{1,6} +(.*)/.exec(text)?.[1];
  const parts = (heading ?? text).split("**");
  // Without an end, the signs are none.
  const isPaired = parts.length % 2 === 1;
  return (
    <p className={heading === undefined ? "" : "heading"}>
      {isPaired ? parts.map((part, index) => (index % 2 === 1 ? <b key={index}>{part}</b> : part)) : text}
    </p>
  );
}

export const nodeTypes = { component: ComponentBox, note: Note };
