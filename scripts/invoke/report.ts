// Formats the result of an invocation.

import { formatItem } from '../local/format-item.ts';
import type { InProcessAws } from './in-process-aws.ts';

export interface InvocationReport {
  readonly text: string;
  /** It crashed, or its answer makes the sender try again. */
  readonly hasFailed: boolean;
}

export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

export function formatSections(sections: readonly Section[]): string {
  return sections
    .map(({ title, lines }) => `${title}\n${lines.map((line) => line.replaceAll(/^/gm, '  ')).join('\n')}\n`)
    .join('\n');
}

/** Lists items (without their markers), messages and log lines. */
export function describeTraces({ table, published }: InProcessAws, output: string): Section[] {
  const messages = published.flatMap(({ message, attributes }) => {
    const pairs = Object.entries(attributes).map(([name, { StringValue }]) => `${name}=${StringValue}`);
    return [JSON.stringify(JSON.parse(message), null, 2), `message attributes: ${pairs.join(', ')}`];
  });
  return [
    { title: 'Stored in the table', lines: orNothing(table.events().map(formatItem)) },
    { title: 'Published to the topic', lines: orNothing(messages) },
    { title: 'Logged', lines: orNothing(output.split('\n').filter((line) => line !== '')) },
  ];
}

function orNothing(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? lines : ['nothing'];
}
