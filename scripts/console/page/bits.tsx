// Small parts that several views show. All text reaches the page as text nodes: nothing is interpreted as HTML.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Risk, Verdict } from '../source-data.ts';
import type { ApiError } from './api.ts';
import { indentJson } from './indent-json.ts';
import { useShell } from './shell.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'plain';

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

const RISKS: Readonly<Record<Risk, string>> = {
  high: 'high risk',
  review: 'to review',
  low: 'low risk',
  unknown: 'risk unknown',
};
const RISK_TONES: Readonly<Record<Risk, Tone>> = {
  high: 'bad',
  review: 'warn',
  low: 'good',
  unknown: 'plain',
};

function RiskBadge({ risk }: { readonly risk: Risk | undefined }) {
  return risk === undefined ? null : <Badge tone={RISK_TONES[risk]}>{RISKS[risk]}</Badge>;
}

/** The score with all its digits, and a bar of its size. */
export function Score({ verdict: { score, risk } }: { readonly verdict: Verdict }) {
  if (score === undefined) return null;
  const share = Math.min(1, Math.max(0, Number(score) || 0));
  return (
    <span class="score">
      <span class="bar" aria-hidden="true">
        <span class={RISK_TONES[risk ?? 'unknown']} style={{ width: `${share * 100}%` }} />
      </span>
      <span class="number">{score}</span>
    </span>
  );
}

export function VerdictLine({ verdict }: { readonly verdict: Verdict }) {
  return (
    <span class="verdict">
      <Score verdict={verdict} />
      <RiskBadge risk={verdict.risk} />
      {verdict.errorCode !== undefined && <Badge tone="bad">{verdict.errorCode}</Badge>}
    </span>
  );
}

const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const DAY_AND_TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** For today only the time; the tooltip has the date, too. */
export function Time({ at }: { readonly at: string | undefined }) {
  if (at === undefined) return null;
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>{at}</span>;
  const isToday = date.toDateString() === new Date().toDateString();
  return (
    <time dateTime={at} title={at}>
      {(isToday ? TIME : DAY_AND_TIME).format(date)}
    </time>
  );
}

export function Facts({ rows }: { readonly rows: readonly (readonly [string, ComponentChildren])[] }) {
  const given = rows.filter(([, value]) => value !== undefined && value !== '');
  return (
    <dl class="facts">
      {given.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface RawProps {
  readonly text: string;
  readonly label: string;
  /** Without line breaks: for small JSON. */
  readonly isCompact?: boolean;
}

/** Text that a machine wrote: a body, an item, a log line. */
export function Raw({ text, label, isCompact = false }: RawProps) {
  return (
    <section aria-label={label} class="raw">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it. */}
      <pre tabIndex={0}>{isCompact ? text : indentJson(text)}</pre>
    </section>
  );
}

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function ErrorNote({ error }: { readonly error: ApiError | undefined }) {
  if (error === undefined) return null;
  return (
    <div class="note bad" role="alert">
      <p>{error.message}</p>
      {error.why !== undefined && <p class="quiet">Why: {error.why}</p>}
      {error.fix !== undefined && <p class="quiet">Fix: {error.fix}</p>}
    </div>
  );
}

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { announce } = useShell();
  return (
    <button
      type="button"
      class="small"
      onClick={() =>
        navigator.clipboard.writeText(text).then(
          () => announce(`${label} is in the clipboard.`),
          () => announce('The browser refused the clipboard.', true),
        )
      }
    >
      Copy<span class="hidden"> {label}</span>
    </button>
  );
}

/** A search field whose text is used once typing pauses. */
export function Search({
  label,
  onSearch,
}: {
  readonly label: string;
  readonly onSearch: (text: string) => void;
}) {
  const [text, setText] = useState('');
  // A new function is no new text.
  useEffect(() => {
    const timer = setTimeout(() => onSearch(text.trim()), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label class="search">
      <span class="hidden">{label}</span>
      <input
        type="search"
        placeholder={label}
        value={text}
        maxLength={200}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </label>
  );
}
