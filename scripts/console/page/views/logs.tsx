// Log lines of both functions, newest first.
import { useState } from 'preact/hooks';
import type { LogLine } from '../../source-data.ts';
import { Badge, Empty, Facts, Raw, Search, Time, type Tone } from '../bits.tsx';
import { PART_TITLES } from '../picture-layout.ts';
import { useShell, type ViewProps } from '../shell.ts';
import { SplitView } from '../split-view.tsx';
import { usePages } from '../use-data.ts';

const TONES: Readonly<Record<LogLine['level'], Tone>> = {
  debug: 'plain',
  info: 'info',
  warn: 'warn',
  error: 'bad',
};

export function Logs({ id }: ViewProps) {
  const [search, setSearch] = useState('');
  const [group, setGroup] = useState('');
  const { overview } = useShell();
  const functions = overview?.parts.filter(({ id }) => id === 'webhook' || id === 'audio') ?? [];
  const pages = usePages<LogLine>('logs', { search, group }, 'logs');
  const selected = pages.data?.find((line) => line.id === id);
  return (
    <SplitView
      view="logs"
      label="Log lines"
      pages={pages}
      selected={id}
      idOf={(line) => line.id}
      row={(line) => <Row line={line} />}
      tools={
        <>
          <Search label="Search log lines" onSearch={setSearch} />
          <label>
            <span class="hidden">Log group</span>
            <select value={group} onChange={({ currentTarget }) => setGroup(currentTarget.value)}>
              <option value="">Both functions</option>
              {functions.map(({ id, name }) => (
                <option key={id} value={`/aws/lambda/${name}`}>
                  {PART_TITLES[id].title}
                </option>
              ))}
            </select>
          </label>
        </>
      }
      empty={
        <Empty title={search === '' ? 'No log lines' : 'No line with this text'}>
          <p>The functions write them as they work: send an event or upload a recording.</p>
        </Empty>
      }
    >
      {selected === undefined ? (
        <Empty
          title={id === undefined ? 'Select a line to see all of it.' : 'This line is not in the list.'}
        />
      ) : (
        <>
          <h2>{summarize(selected.text)}</h2>
          <Facts
            rows={[
              ['Group', <code key="group">{selected.group}</code>],
              ['At', <Time key="at" at={selected.at} />],
            ]}
          />
          <Raw text={selected.text} label="Log line" />
        </>
      )}
    </SplitView>
  );
}

function Row({ line: { level, text, group, at } }: { readonly line: LogLine }) {
  return (
    <>
      <span class="row-main">{summarize(text)}</span>
      <span class="row-side">
        <Time at={at} />
      </span>
      <span class="row-sub">
        <Badge tone={TONES[level]}>{level}</Badge>
        <span class="quiet mono">{group}</span>
      </span>
    </>
  );
}

/** The message of a structured line; else its start. */
function summarize(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // A platform line or a stack.
  }
  return text.slice(0, 160);
}
