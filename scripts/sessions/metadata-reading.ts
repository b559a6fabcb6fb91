// Says how many versions a search by metadata reads and what that costs, before it does; asks if it costs a cent or more.

import { S3Client } from '@aws-sdk/client-s3';
import { findPrice, PRICE_LIST } from '../../generator/cost/price-list.ts';
import { formatCount } from '../../generator/text/format-count.ts';
import { INCOMING_PREFIX, TARGET_PREFIXES } from '../../handlers/audio_processor/file-away.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { listVersions } from '../operator/s3-listing.ts';

export const READING_OPTION = {
  yes: { type: 'boolean', description: 'do not ask before the metadata of many recordings are read' },
} as const;

/** Below this price, the count is a note. */
const LEAST_USD_TO_ASK = 0.01;

/** Counting lists 1000 versions with one request; reading needs a request for each. */
export async function announceMetadataReading(
  { aws, signal, terminal }: Pick<Operation, 'aws' | 'signal' | 'terminal'>,
  stacks: readonly Stack[],
  { isAnswered, times }: { readonly isAnswered: boolean; readonly times: string },
): Promise<void> {
  const progress = terminal.startProgress();
  let total = 0;
  for (const stack of stacks) {
    const { region, names } = stack;
    const { accountId } = await aws.findCaller(region.name);
    const bucket = { client: aws.client(S3Client, region.name), bucket: names.bucket, accountId };
    let count = 0;
    for (const prefix of [INCOMING_PREFIX, ...TARGET_PREFIXES])
      for await (const { versions } of listVersions(bucket, signal, prefix)) {
        count += versions.length;
        progress.update(`${names.bucket}: ${formatCount(count, 'version')} of recordings`);
      }
    const usd = count * findRequestPrice(region.name);
    total += usd;
    const price = usd < 0.01 ? 'less than 0.01' : `about ${usd.toFixed(2)}`;
    terminal.note(
      `This reads the metadata of ${formatCount(count, 'version')} of recordings of ${names.bucket} in ${region.name}: ${price} USD${times}.`,
    );
  }
  progress.clear();
  const [first] = stacks;
  if (first !== undefined && total >= LEAST_USD_TO_ASK && !isAnswered)
    await terminal.confirm('Nothing is changed by it.', first.environment.name);
}

function findRequestPrice(region: Stack['region']['name']): number {
  const [tier] = findPrice(PRICE_LIST, 's3.requests.get', region).tiers;
  const { usd = 0, per = 1 } = tier?.price ?? {};
  return usd / per;
}
