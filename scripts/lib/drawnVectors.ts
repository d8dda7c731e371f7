export interface DrawnVectors {
  readonly dimensions: number;
  readonly clusters: number;
  /** Of a cluster, beside the distance of the clusters. */
  readonly spread: number;
}

/** Vectors around some centres; the same in every run. */
export function drawVectors({ dimensions, clusters, spread }: DrawnVectors): () => Float32Array {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (seed + 1) / 4_294_967_297;
  };
  const normal = () => Math.sqrt((-2 * Math.log(random())) / dimensions) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: clusters }, () => Float32Array.from({ length: dimensions }, normal));
  return () => {
    const centre = centres[Math.floor(random() * clusters)] ?? new Float32Array(dimensions);
    return centre.map((value) => value + spread * normal());
  };
}
