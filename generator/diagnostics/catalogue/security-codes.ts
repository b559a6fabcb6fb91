// SONO331, SONO340 to SONO342: protection, keys, concurrency and addresses.
import type { CatalogueEntries } from './entry.ts';

export const SECURITY_CODES = {
  SONO331: {
    title: 'A protected environment gives up what protects it.',
    explanation:
      '`protected: true` is a promise: its bucket is not deleted with the audio in it, its table keeps its deletion protection, a deleted secret can be restored.',
    example: {
      failing: `project_name: acme-voice
environments:
  prod:
    regions: [us-east-1]
    protected: true
    s3: { force_destroy: true }
`,
      at: '6:26',
      fixed: `project_name: acme-voice
environments:
  prod:
    regions: [us-east-1]
    protected: true
    s3: { force_destroy: false }
`,
    },
  },
  SONO340: {
    title: 'Two KMS keys are asked for.',
    explanation: 'A stack encrypts everything with one key: one that you give, or one that it makes.',
    example: {
      failing: `project_name: acme-voice
defaults:
  kms_key_arn: arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
  kms: { managed: true }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '4:19',
      fixed: `project_name: acme-voice
defaults:
  kms: { managed: true }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO341: {
    title: 'The queue may start more instances than are reserved.',
    explanation: 'Lambda would throttle the others, and their uploads would end in the dead-letter queue.',
    example: {
      failing: `project_name: acme-voice
defaults:
  audio: { max_concurrency: 20 }
  lambda: { reserved_concurrency: { audio_processor: 10 } }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '4:54',
      fixed: `project_name: acme-voice
defaults:
  audio: { max_concurrency: 20 }
  lambda: { reserved_concurrency: { audio_processor: 20 } }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO342: {
    title: 'An address block is none.',
    explanation: '`ip_allow_list` holds IPv4 and IPv6 blocks, each an address and the length of its prefix.',
    example: {
      failing: `project_name: acme-voice
defaults:
  api_gateway: { ip_allow_list: [203.0.113.0/33] }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:34',
      fixed: `project_name: acme-voice
defaults:
  api_gateway: { ip_allow_list: [203.0.113.0/24] }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
} as const satisfies CatalogueEntries;
