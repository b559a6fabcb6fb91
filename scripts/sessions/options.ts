// The options with which the commands about sessions choose events, and the search that they make.
import { Problem } from '../../generator/command-line/problem.ts';
import { suggest } from '../../generator/diagnostics/suggest.ts';
import { AUDIO_EVENT_TYPES, SONOTHEIA_EVENT_TYPES } from '../../handlers/shared/event-types.ts';
import type { OperationOf } from '../operator/operation.ts';
import { readWindow } from '../operator/read-window.ts';
import { checkSearch, type Search } from './search.ts';

export const SEARCH_OPTIONS = {
  session: { type: 'string', value: 'id', description: 'the events of this session_id, and its recordings' },
  event: { type: 'string', value: 'id', description: 'the event with this event_id' },
  recording: {
    type: 'string',
    value: 'key',
    description: 'the event of the recording with this key: of the upload (incoming/…) or the filed file',
  },
  case: { type: 'string', value: 'id', description: 'the events of this case' },
  since: {
    type: 'string',
    value: 'time',
    description: 'events since this time: 90m, 24h, 7d ago, or ISO 8601',
  },
  until: {
    type: 'string',
    value: 'time',
    description: 'events until this time, same formats (default: now)',
  },
  type: {
    type: 'string',
    multiple: true,
    value: 'type',
    description: 'events of this type; may be repeated',
  },
  label: {
    type: 'string',
    multiple: true,
    value: 'label',
    description: 'events with this label; may be repeated',
  },
  decision: {
    type: 'string',
    multiple: true,
    value: 'decision',
    description: 'events with this decision, or without a decision this recommendation; may be repeated',
  },
  'min-score': {
    type: 'string',
    value: 'score',
    description: 'events with at least this score, from 0 to 1',
  },
} as const;

export type SearchOperation = OperationOf<typeof SEARCH_OPTIONS>;

const KNOWN_TYPES: readonly string[] = [...SONOTHEIA_EVENT_TYPES, ...Object.values(AUDIO_EVENT_TYPES)];
/** DynamoDB takes 100 values of an IN; two conditions and the time need some. */
const MAX_TYPES = 50;

/** Throws a `Problem` for an invalid value; only notes an unknown type, because a later version may have stored it. */
export function readSearch({ values, terminal }: SearchOperation): Search {
  const { session, event, recording, since, until, type, label, decision } = values;
  if (type.length > MAX_TYPES) throw new Problem({ what: `--type may be given ${MAX_TYPES} times.` });
  for (const each of type.filter((name) => !KNOWN_TYPES.includes(name)))
    terminal.note(`--type ${each} is not an event type of this version.${suggest(each, KNOWN_TYPES)}`);
  const hasWindow = since !== undefined || until !== undefined;
  const window = hasWindow ? readWindow({ since: since ?? FIRST_DAY, until }, Date.now()) : undefined;
  return checkSearch({
    sessionId: session,
    eventId: event,
    recording,
    caseId: values.case,
    window: window && { fromMs: Date.parse(window.since), toMs: Date.parse(window.until) },
    types: type,
    labels: label,
    decisions: decision,
    minScore: readMinScore(values['min-score']),
  });
}

const FIRST_DAY = '2000-01-01';

function readMinScore(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const score = Number(text);
  if (score >= 0 && score <= 1) return score;
  throw new Problem({ what: `--min-score takes a number from 0 to 1, not ${text}.` });
}
