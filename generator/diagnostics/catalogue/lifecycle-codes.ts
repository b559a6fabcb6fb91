// SONO325 to SONO330, SONO332 to SONO334, SONO343 to SONO345: what a change of the spec would do to what is deployed.
import type { CatalogueEntries } from './entry.ts';

export const LIFECYCLE_CODES = {
  SONO325: {
    title: 'The record of the last generation is damaged.',
    explanation:
      '`out/.sonotheia-stacks.json` says what the last generation described. Without it nobody can tell what a change would destroy.',
    example: {
      situation: 'The file was edited by hand.',
      remedy: 'Restore it from version control. Delete it only if nothing is deployed.',
    },
  },
  SONO326: {
    title: 'A changed name would replace a bucket or a table.',
    explanation:
      'AWS renames neither: Terraform would destroy the old one with its data and make an empty one. Keep the old name by itself, or say `--allow-replace` where the data may go.',
    example: {
      before: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
      failing: `project_name: acme-speech
environments:
  dev: { regions: [us-east-1] }
`,
      at: '1:15',
      alongside: ['SONO604'],
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO327: {
    title: 'An environment was renamed.',
    explanation:
      'Its bucket and table bear its name, and its workspace does: under a new name it would begin empty. An environment of its own is added first; the old one is removed in a later step.',
    example: {
      before: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
      failing: `project_name: acme-voice
environments:
  test: { regions: [us-east-1] }
`,
      at: '3:3',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  test: { regions: [us-east-1] }
`,
    },
  },
  SONO328: {
    title: 'An environment moves to another region.',
    explanation:
      'What is in the old region would be destroyed. Add the new region, copy the data, then remove the old one.',
    example: {
      before: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
      failing: `project_name: acme-voice
environments:
  dev: { regions: [eu-west-1] }
`,
      at: '3:20',
      alongside: ['SONO605'],
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1, eu-west-1] }
`,
    },
  },
  SONO329: {
    title: 'Another environment is the first one.',
    explanation:
      'The first environment may use the workspace `default`. Applied there, another one would replace what the old first one has.',
    example: {
      before: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  prod: { regions: [us-east-1] }
`,
      failing: `project_name: acme-voice
environments:
  prod: { regions: [us-east-1] }
  dev: { regions: [us-east-1] }
`,
      at: '3:3',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  prod: { regions: [us-east-1] }
`,
    },
  },
  SONO330: {
    title: 'A protected environment, or a region of one, is gone.',
    explanation:
      '`protected: true` keeps its data from the generator too. To give it up, set `protected: false`, generate and apply first.',
    example: {
      before: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  prod: { regions: [us-east-1], protected: true }
`,
      failing: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
      at: '2:1',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  prod: { regions: [us-east-1], protected: true }
`,
    },
  },
  SONO332: {
    title: 'The region cannot be dropped.',
    explanation:
      '`--drop-region` gives up the provider of a region in which nothing is deployed any more. The spec still lists it, its removal was not applied yet, or it was never there.',
    example: {
      situation:
        '`npm run generate -- --drop-region eu-west-1`, while an environment still lists `eu-west-1`.',
      remedy: 'Take the region out of the spec, generate and apply; then drop it.',
    },
  },
  SONO333: {
    title: 'Terraform would delete a secret that the functions go on reading.',
    explanation:
      "With `source: existing` the secret is no longer Terraform's, which would therefore delete the one it made. Make Terraform forget it first; the hint has the command.",
    example: {
      before: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    secrets: { api_key: { name: acme/api-key } }
`,
      failing: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    secrets: { api_key: { name: acme/api-key, source: existing } }
`,
      at: '5:55',
      fixed: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    secrets: { api_key: { name: acme/api-key, source: managed } }
`,
    },
  },
  SONO334: {
    title: '--fresh is contradicted.',
    explanation:
      '`--fresh` says that nothing of the tree is deployed: never was, or all of it is destroyed. A state in the output folder, the mark of `npm run deploy` in the record, protection and `adopt` say otherwise.',
    example: {
      situation: '`npm run generate -- --fresh`, while `out/terraform.tfstate` holds resources.',
      remedy:
        'Leave `--fresh` out. What is to go is destroyed first, with `npm run destroy`; where only its data may go, `--allow-replace` says so.',
    },
  },
  SONO343: {
    title: 'Data would be kept for less long, or less well.',
    explanation:
      'An earlier expiration or a shorter retention deletes at once what is older; without its managed key nobody can read what it has encrypted; without versions and backups nothing brings back what is overwritten. A protected environment also keeps its managed secrets.',
    example: {
      before: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1], s3: { expiration_days: 3650 } }
`,
      failing: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1], s3: { expiration_days: 91 } }
`,
      at: '3:55',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1], s3: { expiration_days: 3650 } }
`,
    },
  },
  SONO344: {
    title: 'An address that others use would be gone.',
    explanation:
      'Sonotheia calls the webhook URL that was registered; people have confirmed their subscriptions of the alarm topic. A new API has another URL, a new topic has no subscribers.',
    example: {
      before: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
      failing: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1], api_gateway: { stage_name: live } }
`,
      at: '3:59',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1], api_gateway: { stage_name: prod } }
`,
    },
  },
  SONO345: {
    title: 'The record of the last generation is missing.',
    explanation:
      'The manifest lists `out/.sonotheia-stacks.json`, and it is not there. Without it no change would be guarded.',
    example: {
      situation: 'The file was deleted, or a merge has removed it.',
      remedy:
        'Restore it: `git checkout HEAD -- out/.sonotheia-stacks.json`. If nothing of the tree is deployed, run once with `--fresh`.',
    },
  },
} as const satisfies CatalogueEntries;
