// The filters of subscriptions: their size, event types that nobody knows, and results that they silently keep back.
import { suggest } from '../../diagnostics/suggest.ts';
import type { JsonObject } from '../json.ts';
import { dereference } from '../schema.ts';
import { CONDITIONS, canMatch, type Filter, SCORED_TYPES } from './filter-matches.ts';
import type { Report, Scope } from './rule.ts';
import type { Subscription } from './subscription-rules.ts';

/** Of a filter policy: the product of the numbers of values of its attributes. */
export const MOST_COMBINATIONS = 150;

const KNOWN_TYPES = readEventTypes();

/** Without reports of suspicious activity, which only subscriptions that name them receive. */
const DEFAULT_TYPES = KNOWN_TYPES.filter((type) => !type.startsWith('sar.'));
const UNSCORED_TYPES = DEFAULT_TYPES.filter((type) => !SCORED_TYPES.includes(type));

/** A filter without this condition. */
const WITHOUT: { readonly [Condition in (typeof CONDITIONS)[number]]: Partial<Filter> } = {
  minimum_score: { minimum_score: null },
  risk: { risk: [] },
  verdict: { verdict: [] },
  event_types: { event_types: [] },
};

export function checkFilters({ region }: Scope, report: Report): void {
  for (const [index, subscription] of region.settings.subscriptions.entries()) {
    const setting = ['subscriptions', index];
    const combinations = countCombinations(subscription);
    if (combinations > MOST_COMBINATIONS)
      report({
        code: 'SONO355',
        setting: [...setting, 'event_types'],
        other: setting,
        what: `the filter of \`${subscription.name}\` has ${combinations} combinations`,
        why: `Amazon SNS: the numbers of values of all attributes, multiplied, are at most ${MOST_COMBINATIONS}`,
        fix: 'name fewer event types, or leave out `risk`: the subscriber can ignore more by itself',
      });
    for (const [at, type] of subscription.event_types.entries())
      if (!KNOWN_TYPES.includes(type)) warnOfUnknown(type, [...setting, 'event_types', at], report);
    const isEmpty =
      combinations <= MOST_COMBINATIONS && warnOfNoMatch(subscription, setting, region.settings.risk, report);
    if (!isEmpty) warnOfUnscored(subscription, setting, report);
  }
}

/** Returns whether it reported. A type that this release does not know may carry any attribute. */
function warnOfNoMatch(
  subscription: Subscription,
  setting: readonly (string | number)[],
  risk: Scope['region']['settings']['risk'],
  report: Report,
): boolean {
  const matches = (filter: Filter): boolean => {
    const types: readonly string[] = filter.event_types.length === 0 ? DEFAULT_TYPES : filter.event_types;
    return types.some((type) => !KNOWN_TYPES.includes(type)) || canMatch(filter, types, risk);
  };
  if (matches(subscription)) return false;
  const given = CONDITIONS.filter((condition) => [subscription[condition] ?? []].flat().length > 0);
  const enough = given.find((condition) => matches({ ...subscription, ...WITHOUT[condition] }));
  report({
    code: 'SONO618',
    severity: 'warning',
    setting: [...setting, enough ?? given[0] ?? 'name'],
    what: `\`${subscription.name}\` never receives anything: no message meets ${given.map((name) => `\`${name}\``).join(' and ')} at once`,
    why: 'Amazon SNS: a message must have every attribute that the filter names, with a value that it lists',
    fix:
      enough === undefined
        ? `keep one of ${given.join(', ')}, and remove the others`
        : `remove \`${enough}\`, or make a second subscription for it`,
  });
  return true;
}

function countCombinations({
  event_types,
  minimum_score,
  include_unscored,
  risk,
  verdict,
}: Subscription): number {
  const scores = minimum_score !== null && include_unscored ? 2 : 1;
  return [event_types, risk, verdict].reduce((product, { length }) => product * Math.max(1, length), scores);
}

function warnOfUnknown(type: string, setting: readonly (string | number)[], report: Report): void {
  report({
    code: 'SONO617',
    severity: 'warning',
    setting,
    what: `\`${type}\` is not an event type that this release knows`,
    why: 'this generator: the subscription receives it if Sonotheia sends it',
    fix: `no action is needed for a new type of Sonotheia.${suggest(type, KNOWN_TYPES)}`,
  });
}

function warnOfUnscored(
  subscription: Subscription,
  setting: readonly (string | number)[],
  report: Report,
): void {
  const { name, minimum_score, include_unscored } = subscription;
  if (minimum_score === null || include_unscored) return;
  const types: readonly string[] = subscription.event_types;
  const named = types.length === 0 ? UNSCORED_TYPES : types.filter((type) => !SCORED_TYPES.includes(type));
  const missing = named.filter((type) => KNOWN_TYPES.includes(type));
  if (missing.length === 0) return;
  report({
    code: 'SONO616',
    severity: 'warning',
    setting: [...setting, 'minimum_score'],
    what: `\`${name}\` never receives ${missing.join(', ')}: these have no score`,
    why: 'Amazon SNS: a filter for an attribute does not match a message without it',
    fix: `add \`include_unscored: true\`, or name only types with a score: \`event_types: [${SCORED_TYPES.join(', ')}]\``,
  });
}

/** The event types that the functions publish: the schema's examples. */
function readEventTypes(): readonly string[] {
  const { event_types } = dereference({ $ref: '#/definitions/subscription' }).properties as JsonObject;
  const { examples } = dereference(dereference(event_types).items);
  return examples as string[];
}
