// The packed functions: size, load time, and the cost of a request.
import { execFileSync, type StdioOptions } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { bundleHandlers } from '../../generator/bundle/bundle-handlers.ts';
import { median } from './measure-process.ts';

const COLD_LOADS = 15;

/** One packed function. */
export interface PackedFunction {
  readonly name: string;
  readonly zipKb: number;
  readonly codeKb: number;
  /** The time that a fresh process takes to load it, as a cold start does. */
  readonly loadMs: number;
}

/** The environment variables that the handlers read at load time. */
const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  SONOTHEIA_PROJECT: 'bench',
  SONOTHEIA_ENVIRONMENT: 'bench',
  SESSIONS_TABLE_NAME: 'bench',
  SESSION_TTL_DAYS: '90',
  RESULTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:bench',
  RISK_HIGH_THRESHOLD: '0.8',
  RISK_REVIEW_THRESHOLD: '0.5',
  POWERTOOLS_SERVICE_NAME: 'bench',
  POWERTOOLS_METRICS_NAMESPACE: 'Bench',
  WEBHOOK_SECRET_ID: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:bench',
  AUDIO_BUCKET_NAME: 'bench',
  AUDIO_DLQ_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/bench',
  SONOTHEIA_API_URL: 'https://api.sonotheia.com',
  SONOTHEIA_API_KEY_SECRET_ID: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:bench',
  API_REQUESTS_PER_MINUTE: '100',
};

/** Bundles this project's functions and measures them. */
export async function measureOwnFunctions(projectRoot: string, scratch: string): Promise<PackedFunction[]> {
  const bundle = await bundleHandlers({
    projectRoot,
    ownHandlers: undefined,
    runtime: 'nodejs22.x',
    sourceMaps: false,
  });
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.diagnostics));
  return bundle.value.files.map(({ path, contents }) =>
    measureZip(path.replace(/^lambda\/|\.zip$/g, ''), contents, join(scratch, path)),
  );
}

/** Unpacks a zip with one script in it into `folder` and measures it. */
export function measureZip(name: string, zip: Uint8Array, folder: string): PackedFunction {
  const [path, code] = Object.entries(unzipSync(zip)).find(([member]) => member.endsWith('.js')) ?? [];
  if (path === undefined || code === undefined) throw new Error(`${name}: no script in its zip`);
  const script = join(folder, path);
  mkdirSync(dirname(script), { recursive: true });
  writeFileSync(script, code);
  return { name, zipKb: zip.length / 1000, codeKb: code.length / 1000, loadMs: measureLoad(script) };
}

function measureLoad(script: string): number {
  const code = `const began = performance.now(); require(${JSON.stringify(script)}); console.log(performance.now() - began)`;
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
  const env = { ...process.env, ...ENVIRONMENT };
  const load = (): number =>
    Number(execFileSync(process.execPath, ['-e', code], { env, stdio, encoding: 'utf8' }));
  return median(Array.from({ length: COLD_LOADS }, load));
}
