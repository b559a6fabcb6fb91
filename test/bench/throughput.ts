// The cost of a webhook beyond the baseline of any receiver: one HMAC over the body and one JSON.parse.
import { fork } from 'node:child_process';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';
import { createBuildOptions } from '../../generator/bundle/build-options.ts';
import { median } from './measure-process.ts';
import { createBodies } from './webhook-bodies.ts';

const REQUESTS = 20_000;
const ROUNDS = 5;

/** Microseconds a request takes, medians. */
export interface Throughput {
  readonly leastUs: number;
  readonly handlerUs: number;
}

/** Measures both; the handler runs in separate processes, bundled and minified as in its zip. */
export async function measureThroughput(projectRoot: string, scratch: string): Promise<Throughput> {
  const outfile = join(scratch, 'webhook-requests.mjs');
  const { absWorkingDir, bundle, mainFields, minify, platform, plugins, target } = createBuildOptions({
    projectRoot,
    ownHandlers: undefined,
    runtime: 'nodejs22.x',
    sourceMaps: false,
  });
  await build({
    absWorkingDir,
    entryPoints: ['test/bench/webhook-requests.ts'],
    outfile,
    bundle,
    mainFields,
    minify,
    platform,
    plugins,
    target,
    format: 'esm',
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    tsconfigRaw: '{}',
    logLevel: 'error',
  });
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await runHandler(outfile));
  return { leastUs: median(Array.from({ length: ROUNDS }, measureLeast)), handlerUs: median(rounds) };
}

function measureLeast(): number {
  const secret = 'whsec_of_the_benchmark';
  const sign = (body: string) => createHmac('sha256', secret).update(body).digest();
  const requests = createBodies(REQUESTS).map((body) => ({ body, signature: sign(body) }));
  const began = performance.now();
  for (const { body, signature } of requests) {
    if (!timingSafeEqual(sign(body), signature)) throw new Error('not signed');
    JSON.parse(body);
  }
  return ((performance.now() - began) / REQUESTS) * 1000;
}

function runHandler(script: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      POWERTOOLS_SERVICE_NAME: 'bench',
      POWERTOOLS_METRICS_NAMESPACE: 'Bench',
    };
    const child = fork(script, [String(REQUESTS)], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.once('message', (microseconds) => resolve(Number(microseconds)));
    child.once('exit', (code) => reject(new Error(`the webhook's process ended with ${code}`)));
  });
}
