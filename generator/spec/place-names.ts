// Finds a region by the name of its place, which the AWS console shows: `Frankfurt`, `eu-frankfurt`, `US East (Ohio)`. Pure.
import type { JsonObject } from './json.ts';

const SHORTEST_PLACE = 4;

/** `node` lists the regions and, in `enumDescriptions`, their names. */
export function findByPlaceName(
  given: string,
  names: readonly string[],
  node: JsonObject,
): string | undefined {
  const descriptions = Array.isArray(node.enumDescriptions) ? node.enumDescriptions.map(String) : [];
  // A part of a region code (`east`) is not a place name.
  const parts = new Set(names.flatMap((name) => name.split('-')));
  const words = given
    .toLowerCase()
    .split(/[^a-zã]+/)
    .filter((word) => word.length >= SHORTEST_PLACE && !parts.has(word));
  const index = descriptions.findIndex((description) => {
    const place =
      /\((.+)\)/
        .exec(description)?.[1]
        ?.toLowerCase()
        .split(/[^a-zã]+/) ?? [];
    return words.some((word) => place.includes(word));
  });
  return index === -1 ? undefined : names[index];
}
