// Cron expressions as GitHub understands them: five numeric fields, in UTC.

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

const FIELDS: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12 },
  { name: 'day of week', least: 0, most: 6 },
];
const SHORTEST_MINUTES = 5;

/** Describes the mistake in a cron expression of five fields. GitHub's shortest interval is five minutes. */
export function findCronProblem(expression: string): string | undefined {
  const parts = expression.split(' ');
  const values: number[][] = [];
  for (const [index, field] of FIELDS.entries()) {
    const listed = listValues(parts[index] ?? '', field);
    if (typeof listed === 'string') return listed;
    values.push(listed);
  }
  const [minutes = []] = values;
  const gaps = minutes.map((minute, index) => (minutes[index + 1] ?? (minutes[0] ?? 0) + 60) - minute);
  if (minutes.length > 1 && Math.min(...gaps) < SHORTEST_MINUTES)
    return `${JSON.stringify(expression)} asks for runs less than ${SHORTEST_MINUTES} minutes apart`;
  return undefined;
}

/** The values of a field, sorted, or a description of its mistake. */
function listValues(text: string, { name, least, most }: Field): number[] | string {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(item);
    if (match === null) return `${JSON.stringify(text)} is not a valid ${name}`;
    const [, from, to, step] = match;
    const first = from === undefined ? least : Number(from);
    const isSingle = from !== undefined && to === undefined && step === undefined;
    const last = to === undefined ? (isSingle ? first : most) : Number(to);
    if (first < least || last > most || first > last || step === '0')
      return `${JSON.stringify(text)} is not a valid ${name}: it is a number from ${least} to ${most}`;
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}
