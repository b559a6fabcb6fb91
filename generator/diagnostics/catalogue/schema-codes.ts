// SONO2xx: what the schema refuses.
import type { CatalogueEntries } from './entry.ts';

export const SCHEMA_CODES = {
  SONO201: {
    title: 'A key is unknown.',
    explanation:
      'It is misspelt, or it belongs elsewhere. Unknown keys are refused, because a setting that nobody reads is worse than an error.',
    example: {
      failing: `project_name: acme-voice
defaults:
  timeout: 60
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:3',
      fixed: `project_name: acme-voice
defaults:
  lambda: { timeout: 60 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO202: {
    title: 'A key is missing.',
    explanation: 'The mapping needs it, and there is no default that would be right for everybody.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev: { lambda: { memory_size: 256 } }
`,
      at: '3:3',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1], lambda: { memory_size: 256 } }
`,
    },
  },
  SONO203: {
    title: 'A value has the wrong type.',
    explanation:
      'A number, text, list, mapping, or `true` and `false` was expected. In YAML 1.2 `yes` and `no` are text, and so is everything in quotes.',
    example: {
      failing: `project_name: acme-voice
defaults:
  lambda: { memory_size: 512MB }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:26',
      fixed: `project_name: acme-voice
defaults:
  lambda: { memory_size: 512 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO204: {
    title: 'A value is not one of the allowed ones.',
    explanation: 'The setting takes values of a list: regions, processors, log levels, days of retention.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev: { regions: [us-esat-1] }
`,
      at: '3:20',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO205: {
    title: 'A number is out of range.',
    explanation: 'AWS would refuse it when it is deployed, or the functions could not work with it.',
    example: {
      failing: `project_name: acme-voice
defaults:
  lambda: { timeout: 901 }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:22',
      fixed: `project_name: acme-voice
defaults:
  lambda: { timeout: 900 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO206: {
    title: 'A text has the wrong form or length.',
    explanation:
      'Names, addresses, ids and ARNs have a form of their own. Many names become part of names that AWS limits.',
    example: {
      failing: `project_name: Acme_Voice
environments:
  dev: { regions: [us-east-1] }
`,
      at: '1:15',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO207: {
    title: 'A list or mapping has too few or too many entries.',
    explanation: 'An environment has a region at least; AWS limits subnets, security groups and tags.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev: { regions: [] }
`,
      at: '3:19',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO208: {
    title: 'An entry is in the list twice.',
    explanation: 'The second one changes nothing, and one of the two is probably meant to be another.',
    example: {
      failing: `project_name: acme-voice
defaults:
  vpc:
    subnet_ids: [subnet-0123456789abcdef0, subnet-0123456789abcdef0]
    security_group_ids: [sg-0123456789abcdef0]
environments:
  dev: { regions: [us-east-1] }
`,
      at: '4:44',
      fixed: `project_name: acme-voice
defaults:
  vpc:
    subnet_ids: [subnet-0123456789abcdef0, subnet-0fedcba9876543210]
    security_group_ids: [sg-0123456789abcdef0]
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO209: {
    title: 'A key that is a name has the wrong form.',
    explanation:
      'The keys under `environments`, `tags` and `region_overrides` are names, and have rules as names do.',
    example: {
      failing: `project_name: acme-voice
environments:
  Dev: { regions: [us-east-1] }
`,
      at: '3:3',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO210: {
    title: 'A text holds a character that nobody sees.',
    explanation:
      'Control characters steer a terminal, and format characters hide text or turn its direction. None of them is needed in a name, a tag or an address.',
    example: {
      failing: `project_name: acme-voice
defaults:
  monitoring: { alarm_email: "ops\\u202e@example.com" }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:30',
      fixed: `project_name: acme-voice
defaults:
  monitoring: { alarm_email: ops@example.com }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO299: {
    title: 'A value breaks a rule of the schema that has no words of its own.',
    explanation: 'The schema was extended by a kind of rule that the generator cannot explain yet.',
    example: {
      situation: 'A keyword such as `multipleOf` was added to the schema, and a value breaks it.',
      remedy: 'Read the description of the setting in `schema/spec.schema.json`, and report it.',
    },
  },
} as const satisfies CatalogueEntries;
