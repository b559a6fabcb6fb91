// Run by throughput.ts in a separate process, bundled like the functions: answers signed webhooks with the table, the
// topic and the secrets in memory, and logs as in Lambda. Reports the microseconds per request through IPC.

import { systemClock } from '../../handlers/shared/system-clock.ts';
import { PowertoolsTelemetry } from '../../handlers/shared/telemetry.ts';
import { handleRequest } from '../../handlers/webhook_handler/handle-request.ts';
import { toRequest } from '../../scripts/local/webhook-request.ts';
import { WebhookWorld } from '../support/handlers/webhook-world.ts';
import { createBodies } from './webhook-bodies.ts';

const ports = {
  ...new WebhookWorld().start(),
  telemetry: new PowertoolsTelemetry('bench'),
  clock: systemClock,
};
const requests = createBodies(Number(process.argv[2])).map((body) => toRequest(body));
// The first requests of a process also compile the code.
const warmUp = requests.splice(0, requests.length / 5);
for (const request of warmUp) await handleRequest(request, ports, 4_000);
const began = performance.now();
for (const request of requests) {
  const { statusCode } = await handleRequest(request, ports, 4_000);
  if (statusCode !== 200) throw new Error(`answered with ${statusCode}`);
}
process.send?.(((performance.now() - began) / requests.length) * 1000);
