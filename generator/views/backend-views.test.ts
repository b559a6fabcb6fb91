import { expect, test } from 'vitest';
import { viewState } from './backend-views.ts';

const STATE = { environment: 'dev', bucket: 'acme-state', kmsKeyArn: null, accountId: null, roleArn: null };
const NAMES = ['bucket', 'region'];

// Terraform 1.11 says `Invalid region value` of these regions, and accepts mx-central-1.
test.each([
  ['mx-central-1', NAMES],
  ['ap-east-2', [...NAMES, 'skip_region_validation']],
  ['ap-southeast-6', [...NAMES, 'skip_region_validation']],
])('the backend of a state in %s has the settings %j', (region, names) => {
  const { settings } = viewState({ ...STATE, region }) as { settings: { name: string }[] };
  expect(settings.map(({ name }) => name)).toEqual(names);
});
