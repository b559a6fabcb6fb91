// Warns of instances or batches beyond the API's rate limit: Terraform uses lower values than the spec.
import { deriveAudioPace } from '../audio-pace.ts';
import { readDefaultSettings } from '../resolve.ts';
import type { Report, Scope } from './rule.ts';

export function checkPace({ region }: Scope, report: Report): void {
  const { batch_size, max_concurrency, api_requests_per_minute } = region.settings.audio;
  const pace = deriveAudioPace(region.settings);
  // Only values above the defaults are reported: the spec asks for these.
  const usual = readDefaultSettings().audio;
  const finding = {
    code: 'SONO614',
    severity: 'warning',
    other: ['audio', 'api_requests_per_minute'],
    why: 'this generator: an invocation takes only as many files from the queue as the rate limit lets it send before its timeout',
  } as const;
  if (max_concurrency > usual.max_concurrency && pace.maxConcurrency < max_concurrency) {
    report({
      ...finding,
      setting: ['audio', 'max_concurrency'],
      what: `${api_requests_per_minute} calls a minute are enough for ${pace.maxConcurrency} instances, so Terraform sets that instead of ${max_concurrency}`,
      fix: `choose at most ${pace.maxConcurrency}, or raise \`audio.api_requests_per_minute\` if your contract allows it`,
    });
  } else if (batch_size > usual.batch_size && pace.batchSize < batch_size) {
    report({
      ...finding,
      setting: ['audio', 'batch_size'],
      what: `${api_requests_per_minute} calls a minute and the memory are enough for ${max_concurrency} instances with batches of ${pace.batchSize}, so Terraform sets that instead of ${batch_size}`,
      fix: `choose at most ${Math.max(usual.batch_size, pace.batchSize)}, lower \`audio.max_concurrency\`, or raise \`audio.api_requests_per_minute\` and \`lambda.memory_size\``,
    });
  }
}
