// SONO350 to SONO354 and SONO612: the GitHub Actions workflow and its roles.
import type { CatalogueEntries } from './entry.ts';

export const WORKFLOW_CODES = {
  SONO350: {
    title: 'The drift schedule is no schedule.',
    explanation: "GitHub takes cron's five fields, in UTC: minute, hour, day of month, month, day of week.",
    example: {
      failing: `project_name: acme-voice
workflow: { drift_schedule: "23 25 * * *" }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '2:29',
      fixed: `project_name: acme-voice
workflow: { drift_schedule: "23 5 * * *" }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO351: {
    title: "The workflow's Terraform is not the tree's.",
    explanation: 'The workflow would install a Terraform that the tree refuses.',
    example: {
      failing: `project_name: acme-voice
terraform: { required_version: ">= 1.11" }
workflow: { terraform_version: 1.10.5 }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:32',
      fixed: `project_name: acme-voice
terraform: { required_version: ">= 1.11" }
workflow: { terraform_version: 1.11.4 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO352: {
    title: 'Managed secrets would be part of the plan.',
    explanation:
      'Before Terraform 1.11 there are no write-only arguments. The workflow plans without the secrets, so that its plans would show them as changed to nothing.',
    example: {
      failing: `project_name: acme-voice
terraform:
  required_version: ">= 1.10"
  backend: s3
  state:
    bucket: acme-terraform-state
environments:
  dev:
    regions: [us-east-1]
    plan_role_arn: arn:aws:iam::123456789012:role/plan
    deploy_role_arn: arn:aws:iam::123456789012:role/deploy
`,
      at: '3:21',
      alongside: ['SONO601'],
      fixed: `project_name: acme-voice
terraform:
  required_version: ">= 1.11"
  backend: s3
  state:
    bucket: acme-terraform-state
environments:
  dev:
    regions: [us-east-1]
    plan_role_arn: arn:aws:iam::123456789012:role/plan
    deploy_role_arn: arn:aws:iam::123456789012:role/deploy
`,
    },
  },
  SONO353: {
    title: 'The roles do not know their repository.',
    explanation: 'The roles trust one repository, by its name and by ids that no other repository ever gets.',
    example: {
      failing: `project_name: acme-voice
workflow:
  oidc: { roles: true }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '3:18',
      fixed: `project_name: acme-voice
workflow:
  oidc: { roles: true }
  github: { repository: acme/voice, owner_id: 4711, repository_id: 815 }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO354: {
    title: "A role's name is too long.",
    explanation: 'The name is made of project and environment; IAM allows 64 characters.',
    example: {
      failing: `project_name: acme-voice-fraud-detection-platform-west
workflow:
  oidc: { roles: true }
  github: { repository: acme/voice, owner_id: 4711, repository_id: 815 }
environments:
  production: { regions: [us-east-1] }
`,
      at: '6:3',
      fixed: `project_name: acme-voice-fraud-detection-west
workflow:
  oidc: { roles: true }
  github: { repository: acme/voice, owner_id: 4711, repository_id: 815 }
environments:
  prod: { regions: [us-east-1] }
`,
    },
  },
  SONO612: {
    title: 'Pull requests can read the secrets.',
    explanation:
      'A pull request from a branch of the repository runs its own code under the role that plans. AWS providers before 6.26 read the values of secrets when they refresh; newer ones do not.',
    example: {
      failing: `project_name: acme-voice
workflow:
  github: { repository: acme/voice, owner_id: 4711, repository_id: 815 }
  oidc: { roles: true, plan_reads_secrets: true }
environments:
  dev: { regions: [us-east-1] }
`,
      at: '4:44',
      fixed: `project_name: acme-voice
workflow:
  github: { repository: acme/voice, owner_id: 4711, repository_id: 815 }
  oidc: { roles: true }
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
} as const satisfies CatalogueEntries;
