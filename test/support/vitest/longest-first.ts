// The order of files in a run. A fresh clone has no measurements, with which Vitest would start the longest file first.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Seconds in CI. Those of `test/e2e/` mostly wait for AWS. */
const SECONDS: Readonly<Record<string, number>> = {
  'test/e2e/lifecycle.test.ts': 360,
  'test/e2e/switches.test.ts': 340,
  'test/e2e/killed.test.ts': 300,
  'test/e2e/operator.test.ts': 300,
  'test/e2e/documented-flows.test.ts': 275,
  'test/e2e/options.test.ts': 235,
  'test/e2e/strict.test.ts': 225,
  'test/e2e/package.test.ts': 195,
  'test/e2e/s3-state.test.ts': 180,
  'test/e2e/private-shop.test.ts': 170,
  'test/e2e/workflow.test.ts': 160,
  'test/e2e/dev-stack.test.ts': 150,
  'test/e2e/extremes.test.ts': 145,
  'test/e2e/plain-terraform.test.ts': 145,
  'test/e2e/two-regions.test.ts': 120,
  'test/e2e/adopt.test.ts': 100,
  'test/e2e/workspaces.test.ts': 80,
  'generator/golden.process.test.ts': 220,
  'generator/start/start.process.test.ts': 140,
  'handlers/audio_processor/pacing.simulation.test.ts': 130,
  'scripts/forget.process.test.ts': 130,
  'test/local-aws/stack.process.test.ts': 125,
  'generator/generated-tests.process.test.ts': 105,
  'test/posture/posture.process.test.ts': 85,
  'generator/policies.process.test.ts': 65,
  'scripts/redrive.process.test.ts': 60,
  'test/docs/consumers.process.test.ts': 60,
  'generator/hostile-specs.process.test.ts': 55,
  'test/docs/adding-a-setting.process.test.ts': 45,
};
const OTHER_SECONDS = 15;

/** For files that wait and files that compute, on two processors. With more, requests to the local AWS time out and are sent again. */
const WAITING_WORKERS = 5;
const COMPUTING_WORKERS = 2;
export const WORKERS = WAITING_WORKERS + COMPUTING_WORKERS;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const longest = sorted.sort((a, b) => estimateSeconds(b) - estimateSeconds(a));
    const starts = new Map([
      ...planStarts(longest.filter(isWaiting), WAITING_WORKERS),
      ...planStarts(
        longest.filter((file) => !isWaiting(file)),
        COMPUTING_WORKERS,
      ),
    ]);
    const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    return longest.sort((a, b) => groupOf(a) - groupOf(b) || (starts.get(a) ?? 0) - (starts.get(b) ?? 0));
  }
}

/** The second at which each file would start if it were given to the first of so many workers that is free. */
function planStarts(files: readonly TestSpecification[], workers: number): [TestSpecification, number][] {
  const freeAt = Array.from({ length: workers }, () => 0);
  return files.map((file) => {
    const start = Math.min(...freeAt);
    freeAt[freeAt.indexOf(start)] = start + estimateSeconds(file);
    return [file, start];
  });
}

function isWaiting({ project }: TestSpecification): boolean {
  return project.name === 'e2e';
}

function estimateSeconds({ moduleId }: TestSpecification): number {
  const path = Object.keys(SECONDS).find((name) => moduleId.endsWith(`/${name}`));
  return path === undefined ? OTHER_SECONDS : (SECONDS[path] ?? OTHER_SECONDS);
}
