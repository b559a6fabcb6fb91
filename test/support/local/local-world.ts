// Amazon's parts of the local system in the process of a test, in a folder of its own, without functions.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileSpec } from '../../../generator/compile-spec.ts';
import {
  AwsAccessPoint,
  type AwsAccessPointOptions,
} from '../../../scripts/local/engine/aws-access-point.ts';
import { AwsParts } from '../../../scripts/local/engine/aws-parts.ts';
import { ChangeFeed } from '../../../scripts/local/engine/change-feed.ts';
import { describeStack, type LocalStack } from '../../../scripts/local/engine/local-stack.ts';
import { type LocalState, openState } from '../../../scripts/local/engine/local-state.ts';
import type { Stack } from '../../../scripts/operator/open-spec.ts';

export interface CompiledStack extends Pick<Stack, 'environment' | 'region'> {
  readonly stack: LocalStack;
}

/** `settings` are lines of YAML below `defaults:`. */
export function compileStack(...settings: readonly string[]): LocalStack {
  return compileEnvironment(...settings).stack;
}

export function compileEnvironment(...settings: readonly string[]): CompiledStack {
  const defaults = settings.length === 0 ? [] : ['defaults:', ...settings.map((line) => `  ${line}`)];
  const lines = ['project_name: acme', ...defaults, 'environments:', '  dev: { regions: [us-east-1] }'];
  const compiled = compileSpec('spec.yaml', Buffer.from(lines.join('\n')));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  const [environment] = compiled.value.environments;
  const [region] = environment.regions;
  return { environment, region, stack: describeStack(environment, region, compiled.value) };
}

export class LocalWorld {
  readonly stack: LocalStack;
  readonly folder = mkdtempSync(join(tmpdir(), 'local-'));
  readonly feed = new ChangeFeed();
  readonly state: LocalState;
  readonly parts: AwsParts;
  #accessPoint: AwsAccessPoint | undefined;

  constructor(stack = compileStack()) {
    this.stack = stack;
    this.state = openState(this.folder);
    this.parts = new AwsParts(stack, this.state, this.feed);
  }

  /** Returns the address for SDK clients. */
  async serve(more: Partial<AwsAccessPointOptions> = {}): Promise<string> {
    this.#accessPoint = await AwsAccessPoint.start({
      stack: this.stack,
      parts: this.parts,
      feed: this.feed,
      port: 0,
      isTableThrottled: () => false,
      takeKill: () => false,
      kill: () => {},
      ...more,
    });
    return this.#accessPoint.url;
  }

  async stop(): Promise<void> {
    await this.#accessPoint?.stop();
    this.state.close();
    rmSync(this.folder, { recursive: true });
  }
}
