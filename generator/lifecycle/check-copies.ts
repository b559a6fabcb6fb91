// Warns that copying recordings to a new region begins their retention again.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Change, findSetting, type KeptEnvironment, warn } from './change.ts';

const SETTING = ['s3', 'expiration_days'];

/** SONO625, if the spec states a retention: a default promises nothing. */
export function checkCopies(change: Change, { name, before, after }: KeptEnvironment): Diagnostic[] {
  return after.regions.flatMap((region) => {
    const path = findSetting(change, { environment: name, region: region.name }, [SETTING]);
    if (path === undefined || Object.hasOwn(before.regions, region.name)) return [];
    const days = region.settings.s3.expiration_days;
    return [
      warn(change, {
        code: 'SONO625',
        path,
        what: `\`s3.expiration_days\` is ${days} days, but recordings of ${name} that are copied from ${before.primary_region} to ${region.name} are kept for ${days} days from the copy`,
        why: 'Amazon S3: the age of an object counts from its creation, and a copy is a new object',
        fix: `no action is needed if nothing is copied; after a copy, say up to ${2 * days} days where you promise a time`,
      }),
    ];
  });
}
