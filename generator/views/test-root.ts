// View of the root's test: what a plain apply deploys, and what is refused.

import { type Attribute, renderLiteral } from '../literals/hcl.ts';
import type { StackModel, TestedEnvironment } from '../model/stack-model.ts';
import { FAKE_SECRET } from '../model/tested-stacks.ts';
import type { JsonValue } from '../spec/json.ts';
import type { View } from './view.ts';

/** Codes of AWS's regions have no such form. */
const NO_REGION = 'xx-nowhere-1';

export function viewRootTest(model: StackModel): View {
  const [first] = model.testedEnvironments;
  if (first === undefined) throw new Error('a root without a tested environment');
  const { names } = first.stacks[0];
  const secrets = listSecrets(model);
  const message = `A plain apply must deploy ${first.name}.`;
  const outputs = [
    ['s3_bucket_name', names.bucket],
    ['dynamodb_table_name', names.table],
    ['webhook_handler_name', names.webhookFunction],
    ['audio_processor_name', names.audioFunction],
  ] as const;
  return {
    regions: [...model.regions, ...model.retiringRegions],
    variables: [
      // The workspaces of who runs the tests may hold anything.
      showValue('require_single_state', false),
      // Nothing can be imported from an AWS that is made up.
      ...(model.imports.length === 0 ? [] : [showValue('adopt', false)]),
      ...secrets.map((name) => showValue(name, FAKE_SECRET)),
    ],
    outputs: outputs.map(([name, value]) => ({ name, value, message })),
    buckets: first.stacks.map((stack) => ({
      name: renderLiteral(stack.region),
      expression: renderLiteral(stack.names.bucket),
    })),
    bucketsMessage: `A plain apply must deploy ${first.name} to ${first.stacks.map(({ region }) => region).join(', ')} and nowhere else.`,
    refusals: listRefusals(model, first).map(showRefusal),
  };
}

/** Mistakes that must not get as far as a plan. */
interface Refusal {
  readonly label: string;
  /** Stands above the run. */
  readonly reason: string;
  /** Each is refused by its own validation, so that one run can make them all. */
  readonly mistakes: readonly Mistake[];
}

interface Mistake {
  readonly variable: string;
  readonly value: JsonValue;
}

function listRefusals(model: StackModel, first: TestedEnvironment): Refusal[] {
  const [, second] = model.testedEnvironments;
  const [retiring] = model.retiringRegions;
  const primary = first.stacks[0].region;
  const other = model.regions.find(({ name }) => name !== primary);
  return [
    {
      label: 'refuses_what_the_spec_does_not_name',
      reason: 'Their bucket and roles would be new ones, or there is no provider to make them.',
      mistakes: [
        { variable: 'environment', value: findFreeName(model.testedEnvironments) },
        { variable: 'aws_region', value: NO_REGION },
      ],
    },
    // The tests run in the workspace `default`. A local value that fails cannot be expected to.
    ...(second !== undefined && model.readsOtherVariables
      ? [
          {
            label: 'refuses_values_of_another_workspace',
            reason: `The workspace that the tests run in may hold ${first.name} alone.`,
            mistakes: [{ variable: 'environment', value: second.name }],
          },
        ]
      : []),
    ...(retiring === undefined
      ? []
      : [
          {
            label: 'refuses_retiring_regions',
            reason: 'They are there to be emptied.',
            mistakes: [{ variable: 'regions', value: [primary, retiring.name] }],
          },
        ]),
    ...(other !== undefined && model.readsOtherVariables
      ? [
          {
            label: 'refuses_regions_without_the_primary',
            reason: 'The outputs are those of the primary region.',
            mistakes: [{ variable: 'regions', value: [other.name] }],
          },
        ]
      : []),
    {
      label: 'refuses_unsafe_settings',
      reason:
        'No clear text to the API, nothing that AWS would refuse half-way through the apply, nothing that is not here.',
      mistakes: [
        { variable: 'regions', value: [primary, NO_REGION] },
        { variable: 'sonotheia_api_url', value: 'http://api.sonotheia.com' },
        { variable: 'lambda_memory_size', value: 64 },
        ...listEmptySecrets(model),
        ...listAbsentParts(model),
      ],
    },
  ];
}

/** The switches of parts that no environment uses: the tree does not have them. */
function listAbsentParts({ features }: StackModel): Mistake[] {
  return [
    ...(features.apiGateway ? [] : [{ variable: 'enable_api_gateway', value: true }]),
    ...(features.monitoring ? [] : [{ variable: 'enable_monitoring', value: true }]),
  ];
}

/** Where a secret is managed in some environments only, an empty one is refused by the module. */
function listEmptySecrets({ features }: StackModel): Mistake[] {
  const { managedApiKey, givenApiKey, managedWebhookSecret, givenWebhookSecret } = features;
  return [
    ...(managedApiKey && !givenApiKey ? [{ variable: 'sonotheia_api_key', value: ' ' }] : []),
    ...(managedWebhookSecret && !givenWebhookSecret ? [{ variable: 'webhook_secret', value: ' ' }] : []),
  ];
}

/** The secrets that the root asks for; they are ephemeral, so each run has to give them. */
function listSecrets({ features }: StackModel): string[] {
  return [
    ...(features.managedApiKey ? ['sonotheia_api_key'] : []),
    ...(features.managedWebhookSecret ? ['webhook_secret'] : []),
  ];
}

function findFreeName(taken: readonly TestedEnvironment[]): string {
  let name = 'nowhere';
  while (taken.some((environment) => environment.name === name)) name += 'x';
  return name;
}

function showRefusal({ label, reason, mistakes }: Refusal): View {
  return {
    label,
    reason,
    variables: mistakes.map(({ variable, value }) => showValue(variable, value)),
    refused: mistakes.map(({ variable }) => `var.${variable}`).join(', '),
  };
}

function showValue(name: string, value: JsonValue): Attribute {
  return { name, expression: renderLiteral(value, 4) };
}
