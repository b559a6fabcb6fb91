// SONO6xx: warnings, which do not stop the generation.
import type { CatalogueEntries } from './entry.ts';

export const WARNING_CODES = {
  SONO601: {
    title: 'Managed secrets will stand in the state.',
    explanation:
      'Before Terraform 1.11 there are no write-only arguments: the values of managed secrets are kept in the state file in clear text.',
    example: {
      failing: `project_name: acme-voice
terraform: { required_version: ">= 1.9" }
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
  SONO602: {
    title: 'The audio processor has no time for its work.',
    explanation:
      'It keeps five seconds for storing and starts no request with less than two left. Below ten seconds uploads would end in the dead-letter queue.',
    example: {
      failing: `project_name: acme-voice
defaults:
  lambda: { timeout: 8 }
  monitoring: { duration_seconds: 6 }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:22',
      fixed: `project_name: acme-voice
defaults:
  lambda: { timeout: 10 }
  monitoring: { duration_seconds: 8 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO613: {
    title: 'Recordings and the API key go to a host that is not Sonotheia.',
    explanation:
      'The audio processor sends every recording to `sonotheia_api_url`, together with the API key; `secrets check --api` and `webhook` send the key, and `webhook register` the signing secret. A host outside sonotheia.com is right for a proxy or a private endpoint of your own, and for nothing else.',
    example: {
      failing: `project_name: acme-voice
defaults:
  sonotheia_api_url: https://api.sonotheia.com.example.org
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:22',
      fixed: `project_name: acme-voice
defaults:
  sonotheia_api_url: https://api.sonotheia.com
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO614: {
    title: 'More instances or larger batches than the rate limit can feed.',
    explanation:
      'Files wait for their turn at the API inside the invocation, which is paid for. So Terraform takes no more of them from the queue at once than `audio.api_requests_per_minute` lets through meanwhile, and than fit into memory; what is asked for beyond that has no effect.',
    example: {
      failing: `project_name: acme-voice
defaults:
  audio: { max_concurrency: 100 }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:29',
      fixed: `project_name: acme-voice
defaults:
  audio: { max_concurrency: 20 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
} as const satisfies CatalogueEntries;
