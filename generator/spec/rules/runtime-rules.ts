// Compares the day of the run with AWS's dates for the Lambda runtime. The output does not depend on the day.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { LoadedSpec } from '../load.ts';
import { formatPath, type SpecPath } from '../path-text.ts';
import type { ResolvedSpec } from '../resolve.ts';
import { NEWEST_RUNTIME, RUNTIMES } from '../runtimes.ts';

const NOTICE_MONTHS = 6;

const PATH = ['build', 'runtime'];

/**
 * SONO362 when AWS creates no more functions on the runtime; SONO620 half a year before its deprecation. A runtime that
 * the schema refused (`refused`) has been replaced by the default.
 */
export function checkRuntime(
  { runtime }: ResolvedSpec,
  spec: LoadedSpec,
  today: string,
  refused: readonly SpecPath[] = [],
): Diagnostic[] {
  if (refused.some((path) => path.every((part, index) => part === PATH[index]))) return [];
  const { deprecated, createBlocked, updateBlocked } = RUNTIMES[runtime];
  if (today < subtractMonths(deprecated, NOTICE_MONTHS)) return [];
  const isBlocked = today >= createBlocked;
  const fix =
    runtime === NEWEST_RUNTIME
      ? 'use a newer release of this generator'
      : `set \`build: { runtime: ${NEWEST_RUNTIME} }\`; it needs AWS provider ${RUNTIMES[NEWEST_RUNTIME].provider} (\`terraform init -upgrade\`)`;
  return [
    {
      code: isBlocked ? 'SONO362' : 'SONO620',
      severity: isBlocked ? 'error' : 'warning',
      path: formatPath(PATH),
      location: spec.locate(PATH),
      what: isBlocked
        ? `AWS creates no functions on ${runtime} since ${createBlocked}, and changes none from ${updateBlocked} on`
        : `AWS deprecates ${runtime} on ${deprecated}: then it gets no security updates; from ${createBlocked} on AWS creates no functions on it, from ${updateBlocked} on it changes none`,
      why: 'AWS Lambda: the dates of its runtimes, https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html',
      fix,
    },
  ];
}

function subtractMonths(date: string, months: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCMonth(day.getUTCMonth() - months);
  return day.toISOString().slice(0, 10);
}
