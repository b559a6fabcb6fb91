// Checks for access logs that would be destroyed while their bucket stays: audits need them.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { formatPath } from '../spec/path-text.ts';
import { describeStack } from './build-record.ts';
import { type Change, findSetting, type KeptEnvironment, warn } from './change.ts';

/**
 * SONO330 in a protected environment, else SONO604. The loss of the audio bucket is reported together with its logs.
 */
export function checkAccessLogs(change: Change, { name, before, after }: KeptEnvironment): Diagnostic[] {
  return after.regions.flatMap((region): Diagnostic[] => {
    const logs = before.regions[region.name]?.access_logs;
    if (logs === undefined || describeStack(after, region).access_logs !== undefined) return [];
    const at = { environment: name, region: region.name };
    const path = findSetting(change, at, [['s3', 'access_logs']]) ?? ['environments', name];
    const what = `the next apply of ${name} destroys the access logs \`${logs}\` in ${region.name}`;
    if (before.protected)
      return [
        {
          code: 'SONO330',
          severity: 'error',
          path: formatPath(path),
          location: change.spec.locate(path),
          what: `${what}; ${name} is protected`,
          fix: 'leave `s3.access_logs` on; to allow their loss, set `protected: false`, generate and apply first',
        },
      ];
    return [
      warn(change, {
        code: 'SONO604',
        path,
        what,
        fix: 'leave `s3.access_logs` on to keep them; AWS refuses to delete a bucket that is not empty: copy the logs that you need, and apply `s3.force_destroy: true` first',
      }),
    ];
  });
}
