// Parses docs/diagnostics.md: each code with its examples. The generator's output follows each failing example, so that
// the page is the golden file of every code.
import { compileSpec } from '../../generator/compile-spec.ts';
import type { Diagnostic } from '../../generator/diagnostics/diagnostic.ts';
import { buildRecord } from '../../generator/lifecycle/build-record.ts';
import { FIRST_GENERATION } from '../../generator/lifecycle/check-lifecycle.ts';
import { setDeployed } from '../../generator/lifecycle/deployments.ts';
import { NO_RECORD, type StackRecord } from '../../generator/lifecycle/stack-record.ts';
import { formatDiagnostics } from '../../generator/report/format-diagnostics.ts';

const EXAMPLE_FILE = 'sonotheia.config.yaml';

export interface PageEntry {
  readonly code: string;
  readonly title: string;
  /** Undefined when no spec can produce the code; the page then describes a situation. */
  readonly example: PageExample | undefined;
}

export interface PageExample {
  /** The spec of the last generation, when the code is about a change. */
  readonly before: string | undefined;
  readonly failing: string;
  /** The generator's output for `failing`. */
  readonly said: string;
  readonly fixed: string;
}

const HEADING = /^### (SONO\d{3})\n\n\*\*(.+?)\*\* \S/;
const EXAMPLE =
  /(?:^Generated before:\n\n```yaml\n(?<before>[^`]*?)```\n\nAnd now:\n\n)?^```yaml\n(?<failing>.*?)^```\n\n```text\n(?<said>.*?)^```\n\nFixed:\n\n```yaml\n(?<fixed>.*?)^```$/ms;

/** Throws on a section without a title, or with neither an example nor a situation. */
export function parsePage(page: string): PageEntry[] {
  return splitSections(page)
    .filter((section) => section.startsWith('### '))
    .map((section) => {
      const [, code, title] = HEADING.exec(section) ?? [];
      if (code === undefined || title === undefined) throw new Error(`no title: ${section}`);
      const example = EXAMPLE.exec(section)?.groups;
      if (example === undefined && !/^- For example: .+\n- What to do: .+$/m.test(section))
        throw new Error(`${code} has neither an example nor a situation`);
      return { code, title, example: example as PageExample | undefined };
    });
}

function splitSections(page: string): string[] {
  return page.split(/^(?=###? )/m);
}

/** The page with its table and the generator's current output. */
export function updatePage(page: string): string {
  const rows = parsePage(page).map(({ code, title }) => `| [${code}](#${code.toLowerCase()}) | ${title} |\n`);
  return splitSections(page)
    .map((section) => {
      const example = EXAMPLE.exec(section)?.groups as PageExample | undefined;
      if (example === undefined)
        return section.replace(/(?<=^\| --- \| --- \|\n)(?:\| \[SONO.*\n)*/m, rows.join(''));
      return section.replace(/(?<=^```text\n).*?(?=^```$)/ms, () => explainFailure(example));
    })
    .join('');
}

export function explainFailure({ failing, before }: PageExample): string {
  return formatDiagnostics(tryExample(failing, before), {
    format: 'text',
    colour: false,
    readSource: () => failing,
  });
}

/** All diagnostics of `spec`; `before`, if given, is generated and deployed first. */
export function tryExample(spec: string, before: string | undefined): readonly Diagnostic[] {
  const previous = before === undefined ? NO_RECORD : readRecord(before);
  const result = compileSpec(EXAMPLE_FILE, new TextEncoder().encode(spec), { ...FIRST_GENERATION, previous });
  return result.ok ? result.warnings : result.diagnostics;
}

function readRecord(spec: string): StackRecord {
  const result = compileSpec(EXAMPLE_FILE, new TextEncoder().encode(spec));
  if (!result.ok) throw new Error('the spec before the example is refused');
  return setDeployed(buildRecord(result.value), 'yes');
}
