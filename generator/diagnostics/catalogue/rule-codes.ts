// SONO301 to SONO314, SONO319: settings of one environment in one region that must fit each other, and names.
import type { CatalogueEntries } from './entry.ts';

export const RULE_CODES = {
  SONO301: {
    title: 'Glacier does not come after Infrequent Access.',
    explanation:
      'Audio moves from standard storage to Infrequent Access after `audio_retention_days` and to Glacier after `glacier_days`: the second must be the larger.',
    example: {
      failing: `project_name: acme-voice
defaults:
  s3: { audio_retention_days: 90, glacier_days: 90 }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:49',
      fixed: `project_name: acme-voice
defaults:
  s3: { audio_retention_days: 90, glacier_days: 180 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO302: {
    title: 'Audio would be deleted before it moves to Glacier.',
    explanation: '`expiration_days` must be more than `glacier_days`.',
    example: {
      failing: `project_name: acme-voice
defaults:
  s3: { expiration_days: 60 }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:26',
      fixed: `project_name: acme-voice
defaults:
  s3: { glacier_days: 45, expiration_days: 60 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO303: {
    title: 'The alarm for slow invocations could never ring.',
    explanation:
      'A function is stopped at its timeout, so that `monitoring.duration_seconds` must be less than `lambda.timeout`.',
    example: {
      failing: `project_name: acme-voice
defaults:
  lambda: { timeout: 20 }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:22',
      fixed: `project_name: acme-voice
defaults:
  lambda: { timeout: 20 }
  monitoring: { duration_seconds: 16 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO304: {
    title: 'The dead-letter queue would forget messages at once.',
    explanation:
      'A message keeps its age when it moves. If the dead-letter queue keeps messages no longer than the queue, one that arrives there late is deleted unseen.',
    example: {
      failing: `project_name: acme-voice
defaults:
  audio: { queue_retention_days: 14 }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:34',
      fixed: `project_name: acme-voice
defaults:
  audio: { queue_retention_days: 7 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO305: {
    title: 'The most capacity is below the least.',
    explanation: 'Autoscaling moves the capacity of the table between the two.',
    example: {
      failing: `project_name: acme-voice
defaults:
  dynamodb: { billing_mode: PROVISIONED, min_read_capacity: 50, max_read_capacity: 10 }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:84',
      fixed: `project_name: acme-voice
defaults:
  dynamodb: { billing_mode: PROVISIONED, min_read_capacity: 10, max_read_capacity: 50 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO306: {
    title: 'A VPC has subnets without security groups, or the other way round.',
    explanation: 'The functions join a VPC when both lists are given, and stay outside when neither is.',
    example: {
      failing: `project_name: acme-voice
defaults:
  vpc: { subnet_ids: [subnet-0123456789abcdef0] }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:22',
      fixed: `project_name: acme-voice
defaults:
  vpc:
    subnet_ids: [subnet-0123456789abcdef0]
    security_group_ids: [sg-0123456789abcdef0]
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO307: {
    title: 'A KMS key is in another region than the stack.',
    explanation: 'Each region needs a key of its own, given under `region_overrides`.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev:
    regions: [eu-west-1]
    kms_key_arn: arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
`,
      at: '5:18',
      fixed: `project_name: acme-voice
environments:
  dev:
    regions: [eu-west-1]
    kms_key_arn: arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
`,
    },
  },
  SONO308: {
    title: 'The URL of the Sonotheia API cannot be used.',
    explanation:
      'It must be an https URL without credentials, query or fragment; http is for this machine alone.',
    example: {
      failing: `project_name: acme-voice
defaults:
  sonotheia_api_url: http://api.sonotheia.com
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
  SONO309: {
    title: 'The review threshold is above the high-risk threshold.',
    explanation:
      'Scores from `review_threshold` on are reviewed, scores from `high_threshold` on are high risk: the second cannot be the smaller.',
    example: {
      failing: `project_name: acme-voice
defaults:
  risk: { high_threshold: 0.5, review_threshold: 0.8 }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:50',
      fixed: `project_name: acme-voice
defaults:
  risk: { high_threshold: 0.8, review_threshold: 0.5 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO310: {
    title: 'Two subscriptions have one name.',
    explanation: 'The name tells them apart in Terraform.',
    example: {
      failing: `project_name: acme-voice
defaults:
  subscriptions:
    - { name: desk, protocol: email, endpoint: fraud-desk@example.com }
    - { name: desk, protocol: https, endpoint: "https://example.com/hooks" }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '5:15',
      fixed: `project_name: acme-voice
defaults:
  subscriptions:
    - { name: desk, protocol: email, endpoint: fraud-desk@example.com }
    - { name: hook, protocol: https, endpoint: "https://example.com/hooks" }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO311: {
    title: 'An endpoint does not fit its protocol.',
    explanation: 'An e-mail address, an https URL, or the ARN of a queue or function, as `protocol` says.',
    example: {
      failing: `project_name: acme-voice
defaults:
  subscriptions:
    - { name: scores, protocol: sqs, endpoint: "https://example.com" }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '4:48',
      fixed: `project_name: acme-voice
defaults:
  subscriptions:
    - { name: scores, protocol: sqs, endpoint: "arn:aws:sqs:us-east-1:123456789012:scores" }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO312: {
    title: 'An expanded name is too long for AWS.',
    explanation:
      'Names are made of the project or function prefix, their purpose, the environment and, outside the primary region, the region. AWS limits the whole.',
    example: {
      failing: `project_name: the-voice-fraud-checks-of-acme-holding
environments:
  preproduction-eu-two: { regions: [us-east-1] }
`,
      at: '1:15',
      fixed: `project_name: acme-voice-fraud-checks
environments:
  preproduction-eu-two: { regions: [us-east-1] }
`,
    },
  },
  SONO313: {
    title: 'The bucket would get a name that Amazon S3 reserves.',
    explanation: 'Some beginnings and ends of bucket names belong to features of Amazon S3.',
    example: {
      failing: `project_name: sthree-voice
environments:
  dev: { regions: [us-east-1] }
`,
      at: '1:15',
      fixed: `project_name: three-voice
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO314: {
    title: 'A tag is set by the generated Terraform.',
    explanation: '`Project`, `Environment` and `ManagedBy` are on every resource already.',
    example: {
      failing: `project_name: acme-voice
tags: { Project: voice }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '2:18',
      fixed: `project_name: acme-voice
tags: { Product: voice }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO319: {
    title: 'Two secrets have one name.',
    explanation:
      'The API key and the webhook secret are two secrets. Two that exist already may be one, if it holds both as JSON.',
    example: {
      failing: `project_name: acme-voice
defaults:
  secrets:
    webhook_secret: { name: sonotheia-api-key-dev }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '4:29',
      fixed: `project_name: acme-voice
defaults:
  secrets:
    webhook_secret: { name: acme-webhook-secret }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
} as const satisfies CatalogueEntries;
