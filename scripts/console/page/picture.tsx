// The system as a picture. What moves is a dot on the line between two parts; with reduced motion the target is marked instead.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Change, PARTS, type Part } from '../source.ts';
import { changes } from './changes.ts';
import { findPath, type Layout, NARROW, PART_TITLES, toPath, WIDE } from './picture-layout.ts';
import { toHash } from './route.ts';

type Move = Extract<Change, { kind: 'moved' }>;

/** More at once are a blur, and cost the browser. */
const MAX_DOTS = 30;
const DOT_MS = 1_100;
const STEPS = 24;
const SVG = 'http://www.w3.org/2000/svg';

export function Picture({ parts }: { readonly parts: readonly Part[] }) {
  const layout = useMedia('(max-width: 1100px)') ? NARROW : WIDE;
  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => changes.onMove((move) => svg.current && draw(svg.current, layout, move)), [layout]);
  const byId = new Map(parts.map((part) => [part.id, part]));
  return (
    <svg
      ref={svg}
      class={`picture ${layout === NARROW ? 'narrow' : ''}`}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
    >
      <title>The parts of the system and their connections</title>
      <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
        <path d="M0 0.5L7 4L0 7.5" class="arrow" />
      </marker>
      {layout.edges.map((edge) => (
        <path key={edge.join()} class="edge" d={toPath(layout, edge)} marker-end="url(#arrow)" />
      ))}
      {PARTS.map((id) => {
        const part = byId.get(id);
        return part === undefined ? null : <PartBox key={id} part={part} layout={layout} />;
      })}
      <g class="dots" />
    </svg>
  );
}

function PartBox({
  part: { id, name, counts, state },
  layout,
}: {
  readonly part: Part;
  readonly layout: Layout;
}) {
  const { title, service, view } = PART_TITLES[id];
  const [x, y] = layout.places[id];
  const { width, height } = layout.box;
  const [main] = counts;
  return (
    <a href={toHash(view)} class={`part ${state}`} data-part={id}>
      <rect x={x} y={y} width={width} height={height} rx="10">
        <title>{name}</title>
      </rect>
      <text x={x + 14} y={y + 25} class="title">
        {title}
      </text>
      <text x={x + 14} y={y + 42} class="service">
        {service}
      </text>
      {main !== undefined && (
        <text x={x + 14} y={y + height - 14} class="count">
          <tspan class="value">{main.value.toLocaleString('en')}</tspan>
          <tspan class="unit" dx="5">
            {main.label}
          </tspan>
        </text>
      )}
      <circle class="state" cx={x + width - 16} cy={y + 38} r="4.5">
        <title>{state}</title>
      </circle>
    </a>
  );
}

/** Adds a dot that removes itself at its end. */
function draw(svg: SVGSVGElement, layout: Layout, { from, to, isFailure }: Move): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    mark(svg, to, isFailure);
    return;
  }
  const dots = svg.querySelector('.dots');
  if (dots === null || dots.childElementCount >= MAX_DOTS) return;
  const path = document.createElementNS(SVG, 'path');
  const { d, isReverse } = findPath(layout, from, to);
  path.setAttribute('d', d);
  const length = path.getTotalLength();
  const frames = Array.from({ length: STEPS + 1 }, (_, step) => {
    const share = isReverse ? 1 - step / STEPS : step / STEPS;
    const { x, y } = path.getPointAtLength(length * share);
    return { transform: `translate(${x}px, ${y}px)` };
  });
  const dot = document.createElementNS(SVG, 'circle');
  dot.setAttribute('r', '7');
  dot.setAttribute('class', isFailure ? 'dot failure' : 'dot');
  dots.append(dot);
  const animation = dot.animate(frames, { duration: DOT_MS, easing: 'ease-in-out' });
  const end = (): void => {
    dot.remove();
    mark(svg, to, isFailure);
  };
  animation.onfinish = end;
  animation.oncancel = () => dot.remove();
}

function mark(svg: SVGSVGElement, to: string, isFailure: boolean): void {
  const part = svg.querySelector(`[data-part="${to}"]`);
  if (part === null) return;
  const name = isFailure ? 'hit-failure' : 'hit';
  part.classList.add(name);
  setTimeout(() => part.classList.remove(name), 500);
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const follow = (): void => setMatches(media.matches);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [query]);
  return matches;
}
