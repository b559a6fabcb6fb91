// Streams found events to stdout, page by page, at the pace of the reader.
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import type { TableAccess } from './choose-access.ts';
import { type Found, findItems } from './find-items.ts';
import { findRecordings, toRecordingsMember } from './find-recordings.ts';
import { CSV_COLUMNS, formatCsvLine, toCsvLine, toJsonLine } from './format-found.ts';
import type { Search } from './search.ts';

export interface Streaming {
  readonly search: Search;
  readonly limit: number | undefined;
  readonly format: 'json' | 'ndjson' | 'csv';
}

interface Place {
  readonly stack: Stack;
  readonly access: TableAccess;
}

/** `json` is one array, with a line for each event. Ends early, without an error, when the reader closes the pipe. */
export async function streamFound(
  { aws, signal, terminal }: Operation,
  places: readonly Place[],
  { search, limit = Number.POSITIVE_INFINITY, format }: Streaming,
): Promise<void> {
  const opening = { json: '[', ndjson: '', csv: formatCsvLine(CSV_COLUMNS) }[format];
  let isOpen = await terminal.stream(opening);
  let count = 0;
  for (const { stack, access } of places) {
    if (!isOpen || count >= limit) break;
    await findItems(
      aws,
      stack,
      { access, search },
      {
        signal,
        onFound: async (found) => {
          const taken = found.slice(0, Math.max(0, limit - count));
          const lines: string[] = [];
          for (const each of taken) {
            const line = await formatEvent(each, { aws, signal, search, format });
            lines.push(format === 'json' ? `${count === 0 ? '\n' : ',\n'}${line}` : line);
            count += 1;
          }
          if (lines.length > 0) isOpen = await terminal.stream(lines.join(''));
          return isOpen && count < limit;
        },
      },
    );
  }
  if (format === 'json' && isOpen) await terminal.stream(count === 0 ? ']\n' : '\n]\n');
}

interface Formatting {
  readonly aws: AwsAccess;
  readonly signal: AbortSignal;
  readonly search: Search;
  readonly format: Streaming['format'];
}

async function formatEvent(found: Found, { aws, signal, search, format }: Formatting): Promise<string> {
  if (format === 'csv') return toCsvLine(found);
  const recordings = search.sessionId === undefined ? [] : await findRecordings(aws, [found], signal);
  return `${toJsonLine(found, toRecordingsMember(recordings))}${format === 'json' ? '' : '\n'}`;
}
