// SONO315 to SONO318: the spec as a whole.
import type { CatalogueEntries } from './entry.ts';

export const STACK_CODES = {
  SONO315: {
    title: 'The Terraform version is too old.',
    explanation: 'The generated HCL needs Terraform 1.6 at least.',
    example: {
      failing: `project_name: acme-voice
terraform: { required_version: ">= 1.5" }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '2:32',
      fixed: `project_name: acme-voice
terraform: { required_version: ">= 1.11" }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO316: {
    title: 'A region is listed twice.',
    explanation: 'An environment has one stack in a region.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1, us-east-1] }
`,
      at: '3:31',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1, us-west-2] }
`,
    },
  },
  SONO317: {
    title: 'Settings are given for a region that is not deployed.',
    explanation:
      'The keys under `region_overrides` are regions of the environment. The settings would have no effect.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    region_overrides:
      us-west-2: { lambda: { timeout: 60 } }
`,
      at: '6:7',
      fixed: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1, us-west-2]
    region_overrides:
      us-west-2: { lambda: { timeout: 60 } }
`,
    },
  },
  SONO318: {
    title: 'Two stacks would have one name.',
    explanation:
      'Names of buckets, roles and dashboards are unique in an account, the others in a region. An environment called `terraform` would have a `.tfvars` file that Terraform loads for all.',
    example: {
      failing: `project_name: acme-voice
environments:
  terraform: { regions: [us-east-1] }
`,
      at: '3:3',
      fixed: `project_name: acme-voice
environments:
  platform: { regions: [us-east-1] }
`,
    },
  },
} as const satisfies CatalogueEntries;
