// SONO335 to SONO339: taking over what exists already.
import type { CatalogueEntries } from './entry.ts';

export const ADOPTION_CODES = {
  SONO335: {
    title: 'What is adopted has another name.',
    explanation:
      'AWS renames nothing: Terraform would destroy what it was to take over. Give the spec the name that exists.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    adopt: { us-east-1: { table: Calls } }
`,
      at: '5:34',
      fixed: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    dynamodb: { table_name: Calls }
    adopt: { us-east-1: { table: Calls } }
`,
    },
  },
  SONO336: {
    title: 'A secret is adopted that Terraform only reads.',
    explanation:
      '`source: existing` leaves the secret to you. Terraform takes over what it is to manage from now on.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    secrets: { api_key: { source: existing } }
    adopt:
      us-east-1:
        api_key_secret: arn:aws:secretsmanager:us-east-1:123456789012:secret:sonotheia-api-key-dev-AbCdEf
`,
      at: '8:25',
      fixed: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    secrets: { api_key: { source: managed } }
    adopt:
      us-east-1:
        api_key_secret: arn:aws:secretsmanager:us-east-1:123456789012:secret:sonotheia-api-key-dev-AbCdEf
`,
    },
  },
  SONO337: {
    title: 'Something is adopted in a region where nothing is deployed.',
    explanation: 'There would be no module to import it into. A secret is taken over in its own region.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    adopt: { us-west-2: { table: acme-voice-sessions-dev } }
`,
      at: '5:14',
      fixed: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    adopt: { us-east-1: { table: acme-voice-sessions-dev } }
`,
    },
  },
  SONO338: {
    title: 'Something is adopted that the spec does not make.',
    explanation: 'An import needs a resource. Switch the part on, or leave it out of `adopt`.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    adopt:
      us-east-1: { bucket: acme-voice-audio-dev, bucket_settings: [versioning] }
`,
      at: '6:67',
      fixed: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    s3: { versioning: true }
    adopt:
      us-east-1: { bucket: acme-voice-audio-dev, bucket_settings: [versioning] }
`,
    },
  },
  SONO339: {
    title: 'The Terraform version is too old to adopt anything.',
    explanation:
      'One tree serves all environments, so that import blocks need `for_each`, which Terraform has since 1.7.',
    example: {
      failing: `project_name: acme-voice
terraform: { required_version: ">= 1.6" }
defaults:
  secrets:
    api_key: { source: existing }
    webhook_secret: { source: existing }
environments:
  dev:
    regions: [us-east-1]
    adopt: { us-east-1: { table: acme-voice-sessions-dev } }
`,
      at: '2:32',
      fixed: `project_name: acme-voice
terraform: { required_version: ">= 1.11" }
defaults:
  secrets:
    api_key: { source: existing }
    webhook_secret: { source: existing }
environments:
  dev:
    regions: [us-east-1]
    adopt: { us-east-1: { table: acme-voice-sessions-dev } }
`,
    },
  },
} as const satisfies CatalogueEntries;
