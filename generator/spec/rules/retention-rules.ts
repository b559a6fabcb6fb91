// Warns of copies that outlive the time that the spec states for their original: a promise that the stack does not keep.
import { nameStack } from '../naming.ts';
import { mapData } from '../privacy/data-map.ts';
import { days } from '../privacy/data-place.ts';
import type { Report, Scope } from './rule.ts';

/** S3 deletes what is old enough, whether or not its notification still waits in the queue, as in an outage of the API. */
export function checkWaitingRecordings({ region }: Scope, report: Report): void {
  const { s3, audio } = region.settings;
  if (s3.expiration_days >= audio.queue_retention_days) return;
  report({
    code: 'SONO628',
    severity: 'warning',
    setting: ['s3', 'expiration_days'],
    other: ['audio', 'queue_retention_days'],
    what: `recordings are deleted after ${days(s3.expiration_days)}, but may wait in the queue for ${days(audio.queue_retention_days)}: those that wait longer are never analyzed`,
    why: 'Amazon S3: a recording expires whether or not it was analyzed, which an outage of the Sonotheia API delays',
    fix: `set \`audio.queue_retention_days: ${s3.expiration_days}\`, or raise \`s3.expiration_days\``,
  });
}

/** SONO621 backups, SONO622 old versions, SONO623 logs, SONO624 dead letters. */
export function checkRetention({ environment, region }: Scope, report: Report): void {
  for (const { copy } of mapData(nameStack(environment, region), region.settings)) {
    if (copy === undefined || copy.days <= copy.originalDays) continue;
    const { code, holds, original, originalDays, why, fix } = copy;
    report({
      code,
      severity: 'warning',
      setting: original.split('.'),
      isAboutWritten: true,
      what: `\`${original}\` is ${days(originalDays)}, but the stack may keep ${holds} until day ${copy.days}`,
      why,
      fix,
    });
  }
}
