// Refuses the settings that a protected environment must not have.
import type { Report, Scope } from './rule.ts';

const HINT = 'remove the line, change its value for this environment, or set `protected: false`';

export function checkProtection({ environment, region }: Scope, report: Report): void {
  if (!environment.protected) return;
  const { s3, dynamodb, secrets } = region.settings;
  const refuse = (setting: string[], what: string): void =>
    report({ code: 'SONO331', setting, what: `${environment.name} is protected: ${what}`, fix: HINT });
  if (s3.force_destroy)
    refuse(['s3', 'force_destroy'], 'its bucket must not be deleted together with the audio in it');
  if (!dynamodb.deletion_protection)
    refuse(['dynamodb', 'deletion_protection'], 'its table keeps its deletion protection');
  if (secrets.recovery_window_days === 0)
    refuse(['secrets', 'recovery_window_days'], 'a deleted secret must be restorable for 7 days or more');
}
