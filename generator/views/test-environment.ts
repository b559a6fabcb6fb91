// View of an environment's test: a run for each of its regions.

import { type Attribute, renderLiteral } from '../literals/hcl.ts';
import type { StackModel, TestedEnvironment, TestedStack } from '../model/stack-model.ts';
import { equalJson } from '../spec/json.ts';
import {
  expectAlarms,
  expectApi,
  expectBucket,
  expectEncryption,
  expectFunctions,
  expectLogs,
  expectNames,
  expectSubscriptions,
  expectTable,
} from './test-groups.ts';
import { expectAlarmPolicies, expectPolicies, expectRoles } from './test-policies.ts';
import { expectSecrets, listSecretRefusals } from './test-secrets.ts';
import {
  expectAccessLogPolicy,
  expectAccessLogs,
  expectAllowList,
  expectFirewall,
  expectFirewallPolicy,
  expectKey,
  expectKeyPolicy,
} from './test-security.ts';
import type { View } from './view.ts';

export function viewEnvironmentTest(model: StackModel, { name, stacks }: TestedEnvironment): View {
  const [primary, ...others] = stacks;
  const expected = expectStack(name, primary, model);
  return {
    environment: name,
    variables: showArguments(primary.arguments),
    runs: [
      { label: primary.label, variables: showRegion(primary), ...showGroups(expected, []) },
      ...others.map((stack) => ({
        label: stack.label,
        variables: listDifferences(stack, primary),
        ...showGroups(expectStack(name, stack, model), expected),
      })),
    ],
    refusals: listSecretRefusals(primary, model),
  };
}

/** The groups of a stack, each under the name that the template gives it; null where there is nothing to say. */
type Group = readonly [section: string, view: View | null];

function expectStack(name: string, stack: TestedStack, model: StackModel): readonly Group[] {
  const { features } = model;
  return [
    ['names', expectNames(name, stack, features)],
    ['functions', expectFunctions(name, stack, model)],
    ['bucket', expectBucket(name, stack, features)],
    ['table', expectTable(name, stack)],
    ['encryption', expectEncryption(name, stack)],
    ['logs', expectLogs(name, stack)],
    ['secrets', expectSecrets(name, stack, model)],
    ['roles', expectRoles(name, stack, features)],
    ['policies', expectPolicies(name)],
    ['policies', expectAlarmPolicies(name, stack)],
    ['policies', expectKeyPolicy(name, stack)],
    ['policies', expectAllowList(name, stack, features)],
    ['policies', expectFirewallPolicy(name, stack)],
    ['policies', expectAccessLogPolicy(name, stack)],
    ['keys', expectKey(name, stack, features)],
    ['firewalls', expectFirewall(name, stack, features)],
    ['accessLogs', expectAccessLogs(name, stack, features)],
    ['api', expectApi(name, stack, features)],
    ['alarms', expectAlarms(name, stack, features)],
    ['subscriptions', expectSubscriptions(name, stack, features)],
  ];
}

/** What `known` says already is left out: the module is the same, so the same arguments give the same stack. */
function showGroups(groups: readonly Group[], known: readonly Group[]): Record<string, View[]> {
  const shown: Record<string, View[]> = {};
  groups.forEach(([section, view], index) => {
    const isNews = view !== null && !equalJson(view, known[index]?.[1]);
    shown[section] = [...(shown[section] ?? []), ...(isNews ? [view] : [])];
  });
  return shown;
}

function showArguments(values: TestedStack['arguments']): Attribute[] {
  return values
    .filter(({ value }) => value !== null)
    .map(({ name, value }) => ({ name, expression: renderLiteral(value, 2) }));
}

function showRegion({ region }: TestedStack): Attribute[] {
  return [{ name: 'aws_region', expression: renderLiteral(region) }];
}

function listDifferences(stack: TestedStack, primary: TestedStack): Attribute[] {
  return stack.arguments
    .filter(({ value }, index) => !equalJson(value, primary.arguments[index]?.value))
    .map(({ name, value }) => ({ name, expression: renderLiteral(value, 4) }));
}
