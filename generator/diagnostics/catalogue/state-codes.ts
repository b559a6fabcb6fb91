// SONO320 to SONO324: where Terraform keeps its state.
import type { CatalogueEntries } from './entry.ts';

export const STATE_CODES = {
  SONO320: {
    title: 'An environment called `default` is not the first one.',
    explanation:
      "Terraform's own workspace is called `default`. The first environment may use it; another one of that name would share its state.",
    example: {
      failing: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  default: { regions: [us-east-1] }
`,
      at: '4:3',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  staging: { regions: [us-east-1] }
`,
    },
  },
  SONO321: {
    title: 'The Terraform version is too old for the S3 backend.',
    explanation: 'The state is locked by S3 itself, without a table, which Terraform can since 1.10.',
    example: {
      failing: `project_name: acme-voice
terraform:
  required_version: ">= 1.9"
  backend: s3
  state:
    bucket: acme-terraform-state
workflow: { enabled: false }
defaults:
  secrets:
    api_key: { source: existing }
    webhook_secret: { source: existing }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:21',
      fixed: `project_name: acme-voice
terraform:
  required_version: ">= 1.11"
  backend: s3
  state:
    bucket: acme-terraform-state
workflow: { enabled: false }
defaults:
  secrets:
    api_key: { source: existing }
    webhook_secret: { source: existing }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO322: {
    title: 'The S3 backend has no bucket.',
    explanation:
      'Terraform keeps the state in a bucket that exists before the stack: `npm run bootstrap-state` makes it.',
    example: {
      failing: `project_name: acme-voice
terraform: { backend: s3 }
workflow: { enabled: false }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '5:3',
      fixed: `project_name: acme-voice
terraform: { backend: s3, state: { bucket: acme-terraform-state } }
workflow: { enabled: false }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO323: {
    title: 'The state has settings, but stays on disk.',
    explanation: '`state` is about buckets. With `backend: local` nothing would read it.',
    example: {
      failing: `project_name: acme-voice
terraform: { state: { bucket: acme-terraform-state } }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '2:14',
      fixed: `project_name: acme-voice
terraform: { backend: s3, state: { bucket: acme-terraform-state } }
workflow: { enabled: false }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO324: {
    title: 'The region of the state is wrong.',
    explanation: 'It must exist, be the same for all that share the bucket, and be that of the KMS key.',
    example: {
      failing: `project_name: acme-voice
terraform:
  backend: s3
  state:
    bucket: acme-terraform-state
    region: us-east-1
    kms_key_arn: arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
workflow: { enabled: false }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '6:13',
      fixed: `project_name: acme-voice
terraform:
  backend: s3
  state:
    bucket: acme-terraform-state
    region: us-east-1
    kms_key_arn: arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
workflow: { enabled: false }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
} as const satisfies CatalogueEntries;
