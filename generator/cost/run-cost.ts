// argv -> what `cost` prints, and its exit code. Reads specs, writes nothing.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compileSpec } from '../compile-spec.ts';
import { type Diagnostic, formatDiagnostic } from '../diagnostics.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import { sampleCostByTraffic } from './cost-by-traffic.ts';
import { estimateCost } from './estimate-cost.ts';
import { formatCostChart } from './format/format-chart.ts';
import { formatComparisonJson, formatCostComparison } from './format/format-comparison.ts';
import { formatCostJson } from './format/format-json.ts';
import { formatCostTable } from './format/format-table.ts';
import { PRICE_LIST } from './price-list.ts';

export const COST_HELP = `Usage: npm run -s cost -- [options]

Estimates what the spec costs a month on AWS, from its settings and its traffic assumptions (the settings under
\`traffic\`). Nothing is written and AWS is not asked: the prices are part of the project.

  --config <file>   the spec to read (default: sonotheia.config.yaml)
  --explain         show every quantity, unit price and source
  --format <form>   table, json or svg (a chart of the cost against the traffic); default: table
  --compare <file>  another spec, for example of the main branch: show what the spec costs more or less than it
  --free-tier       take off what AWS always gives for free
  --help            show this text

Exit codes: 0 done, 1 a problem in the input.
`;

const EXIT_DONE = 0;
const EXIT_PROBLEM = 1;
const FORMATS = ['table', 'json', 'svg'];

/** Where the texts go. */
export interface CostIo {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

interface Arguments {
  readonly config: string;
  readonly compare?: string | undefined;
  readonly format: string;
  readonly explain: boolean;
  readonly freeTier: boolean;
  readonly help: boolean;
}

/** Runs the command and returns its exit code. */
export function runCost(argv: readonly string[], io: CostIo): number {
  const values = readArguments(argv);
  if (typeof values === 'string') {
    io.error(`${values}\n\n${COST_HELP}`);
    return EXIT_PROBLEM;
  }
  if (values.help) {
    io.out(COST_HELP);
    return EXIT_DONE;
  }
  const spec = readSpec(values.config, io);
  const base = values.compare === undefined ? undefined : readSpec(values.compare, io);
  if (spec === undefined || (values.compare !== undefined && base === undefined)) return EXIT_PROBLEM;
  io.out(render(spec, base, values));
  return EXIT_DONE;
}

function render(spec: ResolvedSpec, base: ResolvedSpec | undefined, values: Arguments): string {
  const { freeTier, explain, format, config, compare = '' } = values;
  const report = estimateCost(spec, PRICE_LIST, { freeTier });
  if (base !== undefined) {
    const before = estimateCost(base, PRICE_LIST, { freeTier });
    if (format === 'json') return formatComparisonJson(before, report);
    return formatCostComparison(before, report, { before: compare, after: config });
  }
  if (format === 'json') return formatCostJson(report, PRICE_LIST);
  if (format === 'svg') return formatCostChart(sampleCostByTraffic(spec, PRICE_LIST));
  return formatCostTable(report, { explain, prices: PRICE_LIST });
}

function readArguments(argv: readonly string[]): Arguments | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string', default: 'sonotheia.config.yaml' },
        compare: { type: 'string' },
        format: { type: 'string', default: 'table' },
        explain: { type: 'boolean', default: false },
        'free-tier': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { 'free-tier': freeTier, ...others } = values;
    return checkArguments({ ...others, freeTier });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function checkArguments(values: Arguments): Arguments | string {
  const { format, compare, explain, freeTier } = values;
  if (!FORMATS.includes(format)) return `--format must be one of ${FORMATS.join(', ')}, not ${format}`;
  if (compare !== undefined && (format === 'svg' || explain)) {
    return '--compare shows a table or JSON of its own: leave out --explain and --format svg';
  }
  if (format === 'svg' && freeTier)
    return '--format svg shows the cost without the free tier: leave out --free-tier';
  if (format !== 'table' && explain) return '--explain is for the table; json always holds every formula';
  return values;
}

function readSpec(file: string, io: CostIo): ResolvedSpec | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    io.error(code === 'ENOENT' ? `${file} does not exist.\n` : `${file} cannot be read (${code}).\n`);
    return undefined;
  }
  const compiled = compileSpec(file, bytes);
  // Warnings are about what is deployed; `generate` shows them.
  if (compiled.ok) return compiled.value;
  printDiagnostics(compiled.diagnostics, io);
  return undefined;
}

function printDiagnostics(diagnostics: readonly Diagnostic[], io: CostIo): void {
  for (const diagnostic of diagnostics) io.error(`${formatDiagnostic(diagnostic)}\n`);
}
