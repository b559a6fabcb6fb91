// More instances or larger batches than the API's rate limit can feed: Terraform starts fewer, and the file says more.
import { deriveAudioPace } from '../audio-pace.ts';
import { readDefaultSettings } from '../resolve.ts';
import type { Report, Scope } from './rule.ts';

export function checkPace({ region }: Scope, report: Report): void {
  const { batch_size, max_concurrency, api_requests_per_minute } = region.settings.audio;
  const pace = deriveAudioPace(region.settings);
  // Who keeps the defaults has asked for nothing.
  const usual = readDefaultSettings().audio;
  const finding = {
    code: 'SONO614',
    severity: 'warning',
    other: ['audio', 'api_requests_per_minute'],
    why: 'this generator: no more files are taken from the queue at once than can have their turn at the API while an invocation lasts',
  } as const;
  if (max_concurrency > usual.max_concurrency && pace.maxConcurrency < max_concurrency) {
    report({
      ...finding,
      setting: ['audio', 'max_concurrency'],
      message: `${api_requests_per_minute} calls a minute feed ${pace.maxConcurrency} instances, so Terraform starts no more of the ${max_concurrency}`,
      hint: `choose at most ${pace.maxConcurrency}, or raise \`audio.api_requests_per_minute\` if your contract allows it`,
    });
  } else if (batch_size > usual.batch_size && pace.batchSize < batch_size) {
    report({
      ...finding,
      setting: ['audio', 'batch_size'],
      message: `${api_requests_per_minute} calls a minute and the memory feed ${max_concurrency} instances with batches of ${pace.batchSize}, so Terraform sets that instead of ${batch_size}`,
      hint: `choose at most ${Math.max(usual.batch_size, pace.batchSize)}, lower \`audio.max_concurrency\`, or raise \`audio.api_requests_per_minute\` and \`lambda.memory_size\``,
    });
  }
}
