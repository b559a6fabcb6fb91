// Receives the options of a search, promises a checked search; and decides whether an event fits it.
import { Problem } from '../../generator/command-line/problem.ts';
import type { Announcement } from '../../handlers/shared/announcement-v1.ts';
import { isWellFormed } from '../../handlers/shared/json.ts';
import { INTERNAL_NAMESPACE } from '../operator/stored-events.ts';

/** By one of the four keys, by time and by properties; all of them must fit. */
export interface Search {
  /** The `session_id` of the table and of announcements. */
  readonly sessionId?: string | undefined;
  readonly eventId?: string | undefined;
  /** The key of an object, under incoming/ or where it was filed. */
  readonly recording?: string | undefined;
  readonly caseId?: string | undefined;
  /** The time of the event, inclusive, in milliseconds. */
  readonly window?: { readonly fromMs: number; readonly toMs: number } | undefined;
  readonly types: readonly string[];
  readonly labels: readonly string[];
  readonly decisions: readonly string[];
  readonly minScore?: number | undefined;
}

/** AWS's limit for a partition key. */
const MAX_KEY_BYTES = 2_048;

/** Throws a `Problem` for a search that cannot have a result. */
export function checkSearch(search: Search): Search {
  const given = (['sessionId', 'eventId', 'recording', 'caseId'] as const).flatMap((name) =>
    search[name] === undefined ? [] : [{ flag: FLAGS[name], value: search[name] }],
  );
  if (given.length > 1)
    throw new Problem({
      what: `${given.map(({ flag }) => flag).join(' and ')} were given.`,
      fix: 'give one',
    });
  for (const { flag, value } of given)
    if (value === '' || !isWellFormed(value) || Buffer.byteLength(value) > MAX_KEY_BYTES)
      throw new Problem({ what: `${flag} takes 1 to ${MAX_KEY_BYTES} bytes of valid Unicode.` });
  if (search.sessionId?.startsWith(INTERNAL_NAMESPACE) === true)
    throw new Problem({
      what: `${search.sessionId} is an internal entry of the functions, not a session.`,
      fix: `a sender's id that starts with ${INTERNAL_NAMESPACE} is stored with the prefix session#`,
    });
  return search;
}

const FLAGS = {
  sessionId: '--session',
  eventId: '--event',
  recording: '--recording',
  caseId: '--case',
} as const;

/** Whether an event fits the properties of the search, read as in its announcement. The keys and the time are the finder's. */
export function hasProperties(
  { event_type, label, decision, score }: Announcement,
  { types, labels, decisions, minScore }: Search,
): boolean {
  return (
    fits(types, event_type) &&
    fits(labels, label) &&
    fits(decisions, decision) &&
    (minScore === undefined || (score !== undefined && score >= minScore))
  );
}

function fits(wanted: readonly string[], value: string | undefined): boolean {
  return wanted.length === 0 || (value !== undefined && wanted.includes(value));
}
