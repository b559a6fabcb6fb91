// SONO603 to SONO611: warnings about state, changes, adoption, security and the workflow.
import type { CatalogueEntries } from './entry.ts';

export const CHANGE_WARNING_CODES = {
  SONO603: {
    title: 'The state is in another account.',
    explanation:
      'The role that reads the state is in another account than the environment. That is right where all states are kept in one account.',
    example: {
      failing: `project_name: acme-voice
terraform: { backend: s3, state: { bucket: acme-terraform-state } }
workflow: { enabled: false }
environments:
  dev:
    account_id: "123456789012"
    regions: [us-east-1]
    state: { role_arn: arn:aws:iam::999988887777:role/terraform-state }
`,
      at: '8:24',
      fixed: `project_name: acme-voice
terraform: { backend: s3, state: { bucket: acme-terraform-state } }
workflow: { enabled: false }
environments:
  dev:
    account_id: "123456789012"
    regions: [us-east-1]
    state: { role_arn: arn:aws:iam::123456789012:role/terraform-state }
`,
    },
  },
  SONO604: {
    title: 'The next apply takes something away.',
    explanation:
      'A region of an environment, a secret, or the logs of renamed functions: Terraform will destroy what the spec no longer describes. With `--allow-replace` also what else would have been refused.',
    example: {
      before: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1, eu-west-1] }
  prod: { regions: [us-east-1, eu-west-1] }
`,
      failing: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  prod: { regions: [us-east-1, eu-west-1] }
`,
      at: '3:10',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1, eu-west-1] }
  prod: { regions: [us-east-1, eu-west-1] }
`,
    },
  },
  SONO605: {
    title: 'A region is retiring.',
    explanation:
      "Terraform needs the region's provider to destroy what is there. It stays until you say that nothing is left, with `--drop-region`.",
    example: {
      before: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1, eu-west-1] }
`,
      failing: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
      at: '2:1',
      alongside: ['SONO604'],
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1, eu-west-1] }
`,
    },
  },
  SONO606: {
    title: 'An environment is gone, but its stack is not.',
    explanation:
      'Terraform destroys an environment only when it is told to, with the tree that still describes it. The hint has the commands.',
    example: {
      before: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  qa: { regions: [us-east-1] }
`,
      failing: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
      at: '2:1',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  qa: { regions: [us-east-1] }
`,
    },
  },
  SONO607: {
    title: 'The settings of an adopted bucket are not listed.',
    explanation:
      'Lifecycle rules, encryption and the like that exist already would be overwritten without a word in the plan. `[]` says that there are none.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    adopt: { us-east-1: { bucket: acme-voice-audio-dev } }
`,
      at: '5:35',
      fixed: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    adopt: { us-east-1: { bucket: acme-voice-audio-dev, bucket_settings: [] } }
`,
    },
  },
  SONO608: {
    title: 'A setting is weaker than the strict profile.',
    explanation: 'Your setting wins, but it gives up what the profile is for.',
    example: {
      failing: `project_name: acme-voice
profile: strict
defaults:
  lambda: { xray_tracing: false }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '4:27',
      fixed: `project_name: acme-voice
profile: strict
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO609: {
    title: 'More instances are reserved than a usual account has.',
    explanation: 'Terraform would fail unless the account has a higher limit.',
    example: {
      failing: `project_name: acme-voice
defaults:
  lambda: { reserved_concurrency: { webhook_handler: 800, audio_processor: 200 } }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:13',
      fixed: `project_name: acme-voice
defaults:
  lambda: { reserved_concurrency: { webhook_handler: 400, audio_processor: 200 } }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO610: {
    title: 'The workflow does not reach an environment.',
    explanation:
      'It has no roles to assume there, so that it neither plans nor applies. docs/workflow.md says how to make them.',
    example: {
      failing: `project_name: acme-voice
terraform: { backend: s3, state: { bucket: acme-terraform-state } }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '4:3',
      fixed: `project_name: acme-voice
terraform: { backend: s3, state: { bucket: acme-terraform-state } }
environments:
  dev:
    regions: [us-east-1]
    plan_role_arn: arn:aws:iam::123456789012:role/plan
    deploy_role_arn: arn:aws:iam::123456789012:role/deploy
`,
    },
  },
  SONO611: {
    title: 'A change is not guarded, because nothing shows that anything is deployed.',
    explanation:
      'Names, regions or environments changed that would be guarded after a deployment. There is no Terraform state in the output folder, and the record has no mark of a deployment.',
    example: {
      situation: 'The example was cloned, and `project_name` is now your own.',
      remedy:
        'Nothing, unless another machine has deployed it and holds the state: put the change back, and generate on that machine first.',
    },
  },
} as const satisfies CatalogueEntries;
