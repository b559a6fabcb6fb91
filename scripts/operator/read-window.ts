// Receives --since and --until, promises the times between which an operation looks for events.
import { Problem } from '../../generator/command-line/problem.ts';

export interface Window {
  /** ISO 8601 with milliseconds, inclusive, as in the items. */
  readonly since: string;
  readonly until: string;
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const AGO = /^(\d{1,6})([mhd])$/;
const TIME = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const FORMS = 'a duration such as 90m, 24h or 7d, or a time such as 2026-01-05T12:00:00Z';

/** Throws a `Problem` if a text is not a time, or if the window is empty. */
export function readWindow(
  { since, until }: { readonly since: string | undefined; readonly until: string | undefined },
  nowMs: number,
): Window {
  if (since === undefined) throw new Problem({ what: 'Since when?', fix: `give --since with ${FORMS}` });
  const sinceMs = readTime('since', since, nowMs);
  const untilMs = until === undefined ? nowMs : readTime('until', until, nowMs);
  if (sinceMs > untilMs)
    throw new Problem({
      what: `--since ${since} is later than ${until === undefined ? 'now' : `--until ${until}`}.`,
      fix: 'give the earlier time to --since',
    });
  return { since: new Date(sinceMs).toISOString(), until: new Date(untilMs).toISOString() };
}

function readTime(name: string, text: string, nowMs: number): number {
  const [, count, unit] = AGO.exec(text) ?? [];
  const ms =
    unit === undefined ? parseTime(text) : nowMs - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  if (ms >= 0 && ms < 253_402_300_800_000) return ms;
  throw new Problem({ what: `--${name} takes ${FORMS}, not ${text}.` });
}

/** NaN for a day that the calendar lacks: `Date.parse` takes 30 February for 2 March. */
function parseTime(text: string): number {
  const [, day = ''] = TIME.exec(text) ?? [];
  const dayMs = Date.parse(day);
  const isDay = !Number.isNaN(dayMs) && new Date(dayMs).toISOString().startsWith(day);
  return isDay ? Date.parse(text) : Number.NaN;
}
