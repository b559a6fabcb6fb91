// Views of out/github-oidc/: flat and display-ready.
import { ACCOUNT_PLACEHOLDER, type OidcModel } from '../model/oidc-model.ts';
import type { Features } from '../model/stack-model.ts';
import { renderLiteral } from '../render/hcl.ts';
import type { View } from '../render/render-template.ts';

/** One view for all of the root's templates. */
export function viewOidc(oidc: OidcModel, features: Features): View {
  const environments = Object.fromEntries(
    oidc.environments.map(({ name, planRole, deployRole, projectName, owned, emptiesBucket }) => [
      name,
      {
        plan_role: planRole,
        deploy_role: deployRole,
        project: projectName,
        empties_bucket: emptiesBucket,
        ...owned,
      },
    ]),
  );
  return {
    ...oidc,
    placeholder: ACCOUNT_PLACEHOLDER,
    names: oidc.environments.map(({ name }) => name),
    environments: renderLiteral(environments, 2),
    hasStateBuckets: Object.keys(oidc.stateBuckets).length > 0,
    hasProvisioned: features.provisioned,
    provider: `${oidc.createsProvider ? '' : 'data.'}aws_iam_openid_connect_provider.github.arn`,
  };
}
