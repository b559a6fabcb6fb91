// Lists what a migration left out, and how to copy it.
import type { Tally } from './tally.ts';

const MOST_SHOWN = 20;

/** Returns lines of text; none if everything was copied. */
export function describeLeft(bucket: string, region: string, tallies: readonly Tally[]): string[] {
  return [
    ...tallies.flatMap(({ what, different }) =>
      different.slice(0, MOST_SHOWN).map((key) => `different in ${region}, and left: ${what} ${key}`),
    ),
    ...describeArchived(
      bucket,
      tallies.flatMap(({ archived }) => archived),
    ),
    ...describeUnreadable(tallies.flatMap(({ unreadable }) => unreadable)),
  ];
}

function describeArchived(bucket: string, archived: Tally['archived']): string[] {
  if (archived.length === 0) return [];
  const requests = [...new Set(archived.map(({ restoreRequest }) => restoreRequest))];
  const examples = requests.flatMap((request) => {
    const key = archived.find(({ restoreRequest }) => restoreRequest === request)?.key ?? '';
    const quoted = `'${key.replaceAll("'", "'\\''")}'`;
    return `  aws s3api restore-object --bucket ${bucket} --key ${quoted} --restore-request ${request}`;
  });
  return [
    `${archived.length} recordings are in an archive and cannot be copied before they are restored (hours; AWS bills it). For each:`,
    ...examples,
    ...archived.slice(0, MOST_SHOWN).map(({ key }) => `  archived: ${key}`),
    'Then run this again within the seven days. A copy starts its lifecycle again: it is kept as long as a new recording.',
  ];
}

function describeUnreadable(unreadable: Tally['unreadable']): string[] {
  if (unreadable.length === 0) return [];
  return [
    `${unreadable.length} recordings cannot be read with these credentials alone, and were left:`,
    ...unreadable.slice(0, MOST_SHOWN).map(({ key, why }) => `  ${key}: ${why}`),
    'One that is encrypted with a key that its uploader keeps (SSE-C) takes `aws s3api copy-object` with that key; then run this again.',
  ];
}
