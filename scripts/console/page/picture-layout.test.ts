import { expect, test } from 'vitest';
import { NARROW, toPath, WIDE } from './picture-layout.ts';

/** Of the dots that move along the lines, in picture.tsx. */
const DOT_RADIUS = 7;

test.each([
  ['wide', WIDE],
  ['narrow', NARROW],
])('every line of the %s picture is inside it, with what moves along it', (_name, layout) => {
  for (const edge of layout.edges) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] =
      toPath(layout, edge)
        .match(/-?[\d.]+/g)
        ?.map(Number) ?? [];
    for (let step = 0; step <= 20; step += 1) {
      const t = step / 20;
      const at = (a: number, b: number, c: number, d: number) =>
        (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
      const [x, y] = [at(x0, x1, x2, x3), at(y0, y1, y2, y3)];
      const least = Math.min(x, y, layout.width - x, layout.height - y);
      expect(least, edge.join()).toBeGreaterThanOrEqual(DOT_RADIUS);
    }
  }
});
