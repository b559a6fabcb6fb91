// Views of the backend's templates: the shared block and each environment's file.

import { type Attribute, renderLiteral } from '../literals/hcl.ts';
import type { BackendModel, StateModel } from '../model/stack-model.ts';
import { NEWER_REGIONS } from '../spec/provider-versions.ts';
import type { View } from './view.ts';

export function viewBackend({ key, workspaceKeyPrefix }: BackendModel): View {
  return { key, workspaceKeyPrefix };
}

export function viewState({ environment, bucket, region, kmsKeyArn, accountId, roleArn }: StateModel): View {
  const settings: Attribute[] = [
    { name: 'bucket', expression: renderLiteral(bucket) },
    { name: 'region', expression: renderLiteral(region) },
    // Terraform 1.11 knows the same regions as the provider of its time. The schema has checked the region.
    ...(NEWER_REGIONS[region] === undefined ? [] : [{ name: 'skip_region_validation', expression: 'true' }]),
    ...(kmsKeyArn === null ? [] : [{ name: 'kms_key_id', expression: renderLiteral(kmsKeyArn) }]),
    ...(accountId === null ? [] : [{ name: 'allowed_account_ids', expression: renderLiteral([accountId]) }]),
    ...(roleArn === null
      ? []
      : [{ name: 'assume_role', expression: `{\n  role_arn = ${renderLiteral(roleArn)}\n}` }]),
  ];
  return { environment, settings };
}
