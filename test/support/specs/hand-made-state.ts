// A minimal Terraform state file for tests, in the form that `terraform apply` writes beside the HCL.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface HeldStack {
  readonly bucket?: string;
  readonly table?: string;
}

/** Writes a state with these stacks, by region; without stacks, the state after `terraform destroy`. */
export function writeState(
  file: string,
  environment: string,
  stacks: { readonly [region: string]: HeldStack },
): void {
  const resources = Object.entries(stacks).flatMap(([region, { bucket, table }]) => {
    const describe = (type: string, name: string, attributes: object): object => ({
      module: `module.${region.replaceAll('-', '_')}[0]`,
      mode: 'managed',
      type,
      name,
      provider: `provider["registry.terraform.io/hashicorp/aws"].${region.replaceAll('-', '_')}`,
      instances: [
        { schema_version: 0, attributes: { ...attributes, tags_all: { Environment: environment } } },
      ],
    });
    return [
      describe('aws_sqs_queue', 'audio', {}),
      ...(bucket === undefined ? [] : [describe('aws_s3_bucket', 'audio', { bucket })]),
      ...(table === undefined ? [] : [describe('aws_dynamodb_table', 'sessions', { name: table })]),
    ];
  });
  mkdirSync(dirname(file), { recursive: true });
  const state = { version: 4, terraform_version: '1.11.4', serial: 1, lineage: 'a', outputs: {}, resources };
  writeFileSync(file, JSON.stringify(state));
}
