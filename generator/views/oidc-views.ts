// Views of out/github-oidc/: flat and display-ready.

import { renderLiteral } from '../literals/hcl.ts';
import type { Features } from '../model/features.ts';
import type { OidcEnvironment, OidcModel } from '../model/oidc-model.ts';
import { ACCOUNT_PLACEHOLDER } from '../model/owned-names.ts';
import type { StackModel } from '../model/stack-model.ts';
import type { View } from './view.ts';

/** One view for all of the root's templates. */
export function viewOidc(oidc: OidcModel, model: StackModel): View {
  const uses = describeUses(oidc, model.features);
  const environments = Object.fromEntries(
    oidc.environments.map((environment) => [environment.name, describeEnvironment(environment, uses)]),
  );
  return {
    ...oidc,
    has: model.features,
    ...uses,
    placeholder: ACCOUNT_PLACEHOLDER,
    names: oidc.environments.map(({ name }) => name),
    environments: renderLiteral(environments, 2),
    stateBuckets: renderLiteral(oidc.stateBuckets, 2),
    hasStateBuckets: Object.keys(oidc.stateBuckets).length > 0,
    // Terraform lists the workspaces with exactly this prefix.
    stateListPrefix: `${oidc.statePrefix}/`,
    provider: `${oidc.createsProvider ? '' : 'data.'}aws_iam_openid_connect_provider.github.arn`,
    ...viewState(uses.hasStateRole),
    ...viewKinds(uses, model.features),
  };
}

/** HCL expressions over the kinds of names in use. */
function viewKinds(uses: Uses, features: Features): View {
  const kinds = (list: readonly (readonly [string, boolean])[]): string[] =>
    list.flatMap(([name, isUsed]) => (isUsed ? [name] : []));
  const join = (parts: readonly string[]): string =>
    parts.length === 1 ? parts.join('') : `concat(${parts.join(', ')})`;
  return {
    // In an environment's entry; without one of them the policy is left out.
    securedKinds: join(
      kinds([
        ['environment.key_regions', uses.hasKeys],
        ['environment.given_keys', features.givenKms],
        ['environment.web_acls', features.waf],
      ]),
    ),
    readKinds: kinds([
      ['alarms', features.monitoring],
      ['apis', features.apiGateway],
      ['buckets', true],
      ['dashboards', features.dashboard],
      ['domains', features.apiDomain],
      ['functions', true],
      ['given_secrets', features.givenSecrets],
      ['log_groups', true],
      ['mappings', true],
      ['queues', true],
      ['roles', true],
      ['secrets', features.managedSecrets],
      ['subscriptions', uses.subscribes],
      ['tables', true],
      ['topics', true],
      ['web_acls', features.waf],
    ]),
  };
}

interface Uses {
  readonly hasEmptiedBuckets: boolean;
  readonly hasKeys: boolean;
  readonly isUnbounded: boolean;
  readonly hasBucketVersions: boolean;
  readonly makesApiRole: boolean;
  readonly readsAlarms: boolean;
  readonly subscribes: boolean;
  readonly hasStateKey: boolean;
  readonly hasStateRole: boolean;
}

function describeUses({ environments }: OidcModel, features: Features): Uses {
  const hasKeys = features.alarmsKey || features.managedKms;
  return {
    hasEmptiedBuckets: environments.some(({ emptiesBucket }) => emptiesBucket),
    hasKeys,
    isUnbounded: !features.permissionsBoundary,
    // The bucket of access logs always has them.
    hasBucketVersions: features.versioning || features.accessLogs,
    makesApiRole: features.apiDomain || (features.apiGateway && features.xray),
    readsAlarms: features.monitoring || features.provisioned,
    subscribes: features.subscriptions || features.alarmSubscribers,
    hasStateKey: environments.some(({ stateKey }) => stateKey !== null),
    hasStateRole: environments.some(({ stateRole }) => stateRole !== null),
  };
}

/** Whether a stack uses a key or a firewall. */
export function usesSecurity({ alarmsKey, managedKms, givenKms, waf }: Features): boolean {
  return alarmsKey || managedKms || givenKms || waf;
}

function describeEnvironment(environment: OidcEnvironment, uses: Uses) {
  const { planRole, deployRole, projectName, owned, emptiesBucket, stateKey, stateRole } = environment;
  return {
    plan_role: planRole,
    deploy_role: deployRole,
    project: projectName,
    ...(uses.hasEmptiedBuckets ? { empties_bucket: emptiesBucket } : {}),
    ...(uses.hasStateKey ? { state_key: stateKey } : {}),
    ...(uses.hasStateRole ? { state_role: stateRole } : {}),
    ...owned,
  };
}

/** The policy documents for the state; one for each environment if some have a state role. */
function viewState(hasStateRole: boolean): View {
  const find = (name: string): string => {
    const own = `data.aws_iam_policy_document.${name}[each.key].json`;
    return hasStateRole
      ? `each.value.state_role == null ? ${own} : data.aws_iam_policy_document.assume_state_role[each.key].json`
      : own;
  };
  return {
    ownStates: hasStateRole
      ? '{ for name, environment in local.here : name => environment if environment.state_role == null }'
      : 'local.here',
    readState: find('read_state'),
    writeState: find('write_state'),
  };
}
