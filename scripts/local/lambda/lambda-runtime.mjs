// Runs as a separate process in place of AWS's Node runtime: loads the handler, then requests from the Lambda runtime API
// one invocation after another. Plain JavaScript, because Node 20 cannot run TypeScript.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** @typedef {(event: unknown, context: object) => unknown} Handler */

const runtimeApi = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const taskRoot = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
/** Before the clock is moved. */
const realNow = Date.now;
const agent = new http.Agent({ keepAlive: true });

/**
 * Not `fetch`, which times out after five minutes: a sandbox may be idle for longer.
 * @param {string} method
 * @param {string} url
 * @param {unknown} [body]
 * @returns {Promise<{ headers: http.IncomingHttpHeaders, text: string }>}
 */
function send(method, url, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(runtimeApi + url, { method, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ headers: response.headers, text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** @param {unknown} error */
function describeError(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') };
}

/** @param {string} directory */
function isModulePackage(directory) {
  const file = path.join(directory, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).type === 'module';
}

/**
 * The order of AWS's runtime: `.js` (CommonJS unless package.json says module), `.mjs`, `.cjs`.
 * @param {string} handlerName such as `index.handler`
 * @returns {Promise<Handler>}
 */
async function loadHandler(handlerName) {
  const dot = handlerName.lastIndexOf('.');
  const base = path.join(taskRoot, handlerName.slice(0, dot));
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find((name) => existsSync(name));
  if (file === undefined) throw new Error(`Cannot find module '${base}'`);
  const isModule = file.endsWith('.mjs') || (file.endsWith('.js') && isModulePackage(path.dirname(file)));
  const loaded = isModule ? await import(pathToFileURL(file).href) : createRequire(file)(file);
  const handler = loaded[handlerName.slice(dot + 1)];
  if (typeof handler !== 'function') throw new Error(`${handlerName} is undefined or not exported`);
  return handler;
}

/** @param {http.IncomingHttpHeaders} headers */
function createContext(headers) {
  const remainingMs = Number(headers['lambda-runtime-deadline-ms']) - realNow();
  const deadlineMs = performance.now() + remainingMs;
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadlineMs - performance.now(),
  };
}

/**
 * Moves the function's clock forward: the local system lets days pass at a click.
 * @param {number} offsetMs
 */
function moveClock(offsetMs) {
  const RealDate = Date;
  globalThis.Date = /** @type {DateConstructor} */ (
    class extends RealDate {
      /** @param {...any} values */
      constructor(...values) {
        // @ts-expect-error The constructor has several forms.
        super(...(values.length === 0 ? [RealDate.now() + offsetMs] : values));
      }

      /** @override */
      static now() {
        return RealDate.now() + offsetMs;
      }
    }
  );
}

/** @param {Handler} handler */
async function handleNext(handler) {
  const { headers, text } = await send('GET', '/invocation/next');
  const invocation = `/invocation/${headers['lambda-runtime-aws-request-id']}`;
  process.env._X_AMZN_TRACE_ID = String(headers['lambda-runtime-trace-id']);
  let result;
  try {
    result = (await handler(JSON.parse(text), createContext(headers))) ?? null;
  } catch (error) {
    await send('POST', `${invocation}/error`, describeError(error));
    return;
  }
  await send('POST', `${invocation}/response`, result);
}

// Its parent holds the other end: end of input means that the starting process has ended.
process.stdin.on('end', () => process.exit(0)).resume();

if (process.env.LOCAL_CLOCK_OFFSET_MS !== undefined) moveClock(Number(process.env.LOCAL_CLOCK_OFFSET_MS));

try {
  const handler = await loadHandler(process.env._HANDLER ?? '');
  for (;;) await handleNext(handler);
} catch (error) {
  await send('POST', '/init/error', describeError(error)).catch(() => {});
  process.exit(1);
}
