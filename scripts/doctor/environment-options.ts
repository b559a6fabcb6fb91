import type { ResolvedEnvironment, ResolvedSpec } from '../../generator/spec/resolve.ts';

export interface EnvironmentOptions {
  readonly spec: ResolvedSpec;
  readonly environment: ResolvedEnvironment;
  readonly outDir: string;
}
