// Where the parts and their connections are drawn: one layout for wide screens, one for narrow ones.
import type { PartId } from '../source.ts';

export const PART_TITLES: Readonly<
  Record<PartId, { readonly title: string; readonly service: string; readonly view: string }>
> = {
  sender: { title: 'Senders', service: 'Sonotheia, calls', view: 'events' },
  gateway: { title: 'Gateway', service: 'API Gateway', view: 'events' },
  webhook: { title: 'Webhook handler', service: 'Lambda', view: 'logs' },
  bucket: { title: 'Recordings', service: 'S3', view: 'recordings' },
  queue: { title: 'Queue', service: 'SQS', view: 'queues' },
  audio: { title: 'Audio processor', service: 'Lambda', view: 'logs' },
  api: { title: 'Sonotheia API', service: 'HTTPS', view: 'faults' },
  table: { title: 'Sessions', service: 'DynamoDB', view: 'sessions' },
  topic: { title: 'Results', service: 'SNS', view: 'deliveries' },
  subscribers: { title: 'Subscribers', service: 'queues, functions', view: 'deliveries' },
  deadLetters: { title: 'Dead letters', service: 'SQS', view: 'queues' },
};

type Side = 'left' | 'right' | 'top' | 'bottom';
type Edge = readonly [from: PartId, fromSide: Side, to: PartId, toSide: Side];

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly box: { readonly width: number; readonly height: number };
  /** Upper left corners. */
  readonly places: Readonly<Record<PartId, readonly [x: number, y: number]>>;
  readonly edges: readonly Edge[];
}

const column = (index: number): number => 6 + index * 204;

export const WIDE: Layout = {
  width: 1000,
  height: 408,
  box: { width: 172, height: 92 },
  places: {
    sender: [column(0), 12],
    gateway: [column(1), 12],
    webhook: [column(2), 12],
    table: [column(3), 12],
    deadLetters: [column(1), 148],
    topic: [column(3), 148],
    subscribers: [column(4), 148],
    bucket: [column(0), 284],
    queue: [column(1), 284],
    audio: [column(2), 284],
    api: [column(3), 284],
  },
  edges: [
    ['sender', 'right', 'gateway', 'left'],
    ['gateway', 'right', 'webhook', 'left'],
    ['webhook', 'right', 'table', 'left'],
    ['webhook', 'right', 'topic', 'left'],
    ['webhook', 'left', 'deadLetters', 'right'],
    ['sender', 'bottom', 'bucket', 'top'],
    ['bucket', 'right', 'queue', 'left'],
    ['queue', 'right', 'audio', 'left'],
    ['audio', 'right', 'api', 'left'],
    ['audio', 'right', 'table', 'left'],
    ['audio', 'right', 'topic', 'left'],
    ['audio', 'bottom', 'bucket', 'bottom'],
    ['audio', 'left', 'deadLetters', 'right'],
    ['queue', 'top', 'deadLetters', 'bottom'],
    ['topic', 'right', 'subscribers', 'left'],
  ],
};

export const NARROW: Layout = {
  width: 372,
  height: 640,
  box: { width: 152, height: 82 },
  places: {
    sender: [20, 6],
    bucket: [198, 6],
    gateway: [20, 114],
    queue: [198, 114],
    webhook: [20, 222],
    audio: [198, 222],
    table: [20, 330],
    api: [198, 330],
    topic: [20, 438],
    deadLetters: [198, 438],
    subscribers: [20, 546],
  },
  edges: [
    ['sender', 'right', 'bucket', 'left'],
    ['sender', 'bottom', 'gateway', 'top'],
    ['gateway', 'bottom', 'webhook', 'top'],
    ['webhook', 'bottom', 'table', 'top'],
    ['webhook', 'left', 'topic', 'left'],
    ['webhook', 'right', 'deadLetters', 'left'],
    ['bucket', 'bottom', 'queue', 'top'],
    ['queue', 'bottom', 'audio', 'top'],
    ['audio', 'bottom', 'api', 'top'],
    ['audio', 'left', 'table', 'right'],
    ['audio', 'left', 'topic', 'right'],
    ['audio', 'right', 'bucket', 'right'],
    ['audio', 'right', 'deadLetters', 'right'],
    ['queue', 'right', 'deadLetters', 'right'],
    ['topic', 'bottom', 'subscribers', 'top'],
  ],
};

const NORMALS: Readonly<Record<Side, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  top: [0, -1],
  bottom: [0, 1],
};

function anchor({ places, box }: Layout, part: PartId, side: Side): readonly [number, number] {
  const [x, y] = places[part];
  const [dx, dy] = NORMALS[side];
  return [x + (box.width * (1 + dx)) / 2, y + (box.height * (1 + dy)) / 2];
}

/** The curve of a connection, as the `d` of a path. It leaves and enters at right angles. */
export function toPath(layout: Layout, [from, fromSide, to, toSide]: Edge): string {
  const [x1, y1] = anchor(layout, from, fromSide);
  const [x2, y2] = anchor(layout, to, toSide);
  const distance = NORMALS[fromSide][0] === 0 ? Math.abs(y2 - y1) : Math.abs(x2 - x1);
  // From a side to the same side: around other boxes, and a dot of 7 on it within the margin.
  const reach = fromSide === toSide ? 16 : Math.max(14, distance / 2);
  const [ax, ay] = NORMALS[fromSide];
  const [bx, by] = NORMALS[toSide];
  return `M${x1} ${y1}C${x1 + ax * reach} ${y1 + ay * reach} ${x2 + bx * reach} ${y2 + by * reach} ${x2} ${y2}`;
}

/** The path of a move; backwards along a connection, or straight where none is drawn. */
export function findPath(
  layout: Layout,
  from: PartId,
  to: PartId,
): { readonly d: string; readonly isReverse: boolean } {
  const forth = layout.edges.find(([a, , b]) => a === from && b === to);
  if (forth !== undefined) return { d: toPath(layout, forth), isReverse: false };
  const back = layout.edges.find(([a, , b]) => a === to && b === from);
  if (back !== undefined) return { d: toPath(layout, back), isReverse: true };
  const centre = (part: PartId): string => {
    const [x, y] = layout.places[part];
    return `${x + layout.box.width / 2} ${y + layout.box.height / 2}`;
  };
  return { d: `M${centre(from)}L${centre(to)}`, isReverse: false };
}
