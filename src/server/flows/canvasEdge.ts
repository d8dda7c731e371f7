/** What an edge says of its two ends. */
interface Handle {
  readonly id: string;
  readonly [part: string]: unknown;
}

/** An edge as the canvas writes a new one. */
export function canvasEdge(sourceHandle: Handle, targetHandle: Handle) {
  const [source, target] = [handleText(sourceHandle), handleText(targetHandle)];
  return {
    id: `xy-edge__${sourceHandle.id}${source}-${targetHandle.id}${target}`,
    source: sourceHandle.id,
    target: targetHandle.id,
    sourceHandle: source,
    targetHandle: target,
    data: { sourceHandle, targetHandle },
    animated: false,
    className: "",
  };
}

/** The canvas keeps a handle as JSON with œ for the quotation mark, keys in alphabetical order. */
function handleText(handle: Handle): string {
  const sorted = Object.fromEntries(Object.entries(handle).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(sorted).replaceAll('"', "œ");
}
