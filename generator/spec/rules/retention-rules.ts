// Warns of copies that outlive the time that the spec states for their original: a promise that the stack does not keep.
import { nameStack } from '../naming.ts';
import { mapData } from '../privacy/data-map.ts';
import { days } from '../privacy/data-place.ts';
import type { Report, Scope } from './rule.ts';

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
