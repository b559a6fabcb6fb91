import { expect, test } from 'vitest';
import { findOldestProvider, NEWER_REGIONS } from './provider-versions.ts';
import { dereference } from './schema.ts';

/**
 * What the oldest supported provider, 5.88 of 2025-02-20, accepts: endpoints/endpoints_gen.go of
 * github.com/hashicorp/aws-sdk-go-base v2.0.0-beta.62 of 2025-02-04, the newest that it can contain.
 */
const KNOWN_TO_5_88 = `
af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2
ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1
eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1
mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2`
  .trim()
  .split(/\s+/);

test('each region of the schema is known to the oldest provider, or names a newer one', () => {
  const regions = dereference({ $ref: '#/definitions/region' }).enum as string[];
  expect(regions.filter((region) => !KNOWN_TO_5_88.includes(region))).toEqual(Object.keys(NEWER_REGIONS));
});

test.each([
  ['nodejs22.x', ['us-east-1'], false, '5.88'],
  ['nodejs22.x', ['us-east-1'], true, '5.100'],
  ['nodejs22.x', ['us-east-1', 'ap-east-2'], false, '5.100'],
  ['nodejs22.x', ['ap-southeast-6'], true, '6.14'],
  ['nodejs24.x', ['ap-southeast-6'], false, '6.21'],
] as const)(
  '%s in %j, with provisioned capacity: %j, needs %s',
  (runtime, regions, isProvisioned, oldest) => {
    expect(findOldestProvider(runtime, regions, isProvisioned)).toBe(oldest);
  },
);
