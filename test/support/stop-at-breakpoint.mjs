// Preloaded with --import: a thread that debugs the main thread, as an editor does. It sets a breakpoint at the
// line STOP_AT of the bundle before the program starts, and prints where the program stops.
import { writeSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { execArgv: [] });
  await new Promise((done) => worker.once('message', done));
  worker.unref();
} else {
  // The session alone does not keep the thread alive.
  setInterval(() => {}, 1_000);
  const session = new Session();
  session.connectToMainThread();
  session.on('Debugger.paused', ({ params }) => {
    for (const id of params.hitBreakpoints ?? []) writeSync(2, `stopped at ${id}\n`);
    session.post('Debugger.resume');
  });
  await session.post('Debugger.enable');
  // Any bundle: runs at the same time may each build one, with the same lines.
  await session.post('Debugger.setBreakpointByUrl', {
    urlRegex: '/sonotheia-terraform/[^/]+/cli\\.cjs$',
    lineNumber: Number(process.env.STOP_AT) - 1,
  });
  parentPort?.postMessage('ready');
}
