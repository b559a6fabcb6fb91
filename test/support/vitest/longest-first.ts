// The order of files in a run. A fresh clone has no measurements, with which Vitest would start the longest file first.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** In the order of their seconds in CI; the others take less, in any order. Those of `test/e2e/` mostly wait for AWS. */
const LONGEST = [
  'test/e2e/operator.test.ts',
  'test/e2e/lifecycle.test.ts',
  'test/e2e/killed.test.ts',
  'test/e2e/workspaces.test.ts',
  'test/e2e/switches.test.ts',
  'test/e2e/documented-flows.test.ts',
  'test/e2e/strict.test.ts',
  'test/e2e/options.test.ts',
  'test/e2e/dev-stack.test.ts',
  'test/e2e/s3-state.test.ts',
  'test/e2e/workflow.test.ts',
  'test/e2e/private-shop.test.ts',
  'test/e2e/adopt.test.ts',
  'test/e2e/package.test.ts',
  'test/e2e/extremes.test.ts',
  'test/e2e/plain-terraform.test.ts',
  'test/e2e/two-regions.test.ts',
  'generator/golden.process.test.ts',
  'scripts/forget.process.test.ts',
  'test/local-aws/stack.process.test.ts',
  'generator/start/start.process.test.ts',
  'generator/generated-tests.process.test.ts',
  'handlers/audio_processor/pacing.simulation.test.ts',
  'test/posture/posture.process.test.ts',
  'test/docs/adding-a-setting.process.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLast = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;
    return sorted.sort((a, b) => isLast(a) - isLast(b) || rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = LONGEST.findIndex((path) => moduleId.endsWith(`/${path}`));
  return index === -1 ? LONGEST.length : index;
}
