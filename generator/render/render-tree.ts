// Renders the text files of the output tree, in memory. Pure.
import type { GeneratedFile } from '../generated-file.ts';
import { formatRecord } from '../lifecycle/build-record.ts';
import { listFeatureFiles } from '../model/features.ts';
import type { StackModel } from '../model/stack-model.ts';
import { viewBackend, viewState } from '../views/backend-views.ts';
import { viewImports } from '../views/imports-view.ts';
import { viewModule } from '../views/module-views.ts';
import { viewReadme } from '../views/readme-view.ts';
import {
  viewMain,
  viewOutputs,
  viewProtection,
  viewProviders,
  viewTfvars,
  viewVersions,
} from '../views/root-views.ts';
import { viewTest } from '../views/test-view.ts';
import { viewVariables } from '../views/variables-view.ts';
import type { View } from '../views/view.ts';
import { RECORD_PATH } from '../write/output-path.ts';
import { renderOidc } from './render-oidc.ts';
import { renderTemplate } from './render-template.ts';

interface Rendering {
  readonly path: string;
  readonly template: string;
  readonly view: View;
}

const MODULE = 'modules/sonotheia';
/** The files of every module; features add others. */
const MODULE_FILES = [
  'outputs.tf',
  'checks.tf',
  'secrets.tf',
  'main.tf',
  'lambda.tf',
  'iam.tf',
  's3.tf',
  'sqs.tf',
  'sns.tf',
  'dynamodb.tf',
];

/** Renders every file except the zips; each ends with one line feed. */
export function renderTree(model: StackModel): GeneratedFile[] {
  const encoder = new TextEncoder();
  const files = listRenderings(model).map(({ path, template, view }) => ({
    path,
    contents: encoder.encode(renderTemplate(template, view)),
  }));
  const record = { path: RECORD_PATH, contents: encoder.encode(formatRecord(model.record)) };
  return [...files, ...renderOidc(model), record];
}

function listRenderings(model: StackModel): Rendering[] {
  const { rootVariables, moduleVariables, writeOnlySecrets } = model;
  const moduleView = viewModule(model);
  const same = (path: string, view: View): Rendering => ({ path, template: `${path}.hbs`, view });
  return [
    same('README.md', viewReadme(model)),
    same('versions.tf', viewVersions(model)),
    same('providers.tf', viewProviders(model)),
    same('main.tf', viewMain(model)),
    same(
      'variables.tf',
      viewVariables('Defaults are the values of the first environment.', rootVariables, writeOnlySecrets),
    ),
    same('outputs.tf', viewOutputs(model)),
    ...(model.environments.some((environment) => environment.protected)
      ? [same('protection.tf', viewProtection(model))]
      : []),
    ...(model.imports.length === 0 ? [] : [same('imports.tf', viewImports(model))]),
    ...model.tfvars.map((tfvars) => ({
      path: `${tfvars.environment}.tfvars`,
      template: 'environment.tfvars.hbs',
      view: viewTfvars(tfvars),
    })),
    same(`${MODULE}/versions.tf`, viewVersions(model)),
    {
      ...same(
        `${MODULE}/variables.tf`,
        viewVariables('Defaults are those of the documented system.', moduleVariables, writeOnlySecrets),
      ),
      template: 'variables.tf.hbs',
    },
    ...listModuleFiles(model).map((file) => same(`${MODULE}/${file}`, moduleView)),
    ...listBackendFiles(model),
    ...listTests(model),
  ];
}

function listTests(model: StackModel): Rendering[] {
  if (!model.hasMockProviders) return [];
  const view = viewTest(model);
  return ['sonotheia.tftest.hcl', 'workspace/main.tf', 'mocks/aws.tfmock.hcl'].map((file) => ({
    path: `tests/${file}`,
    template: `tests/${file}.hbs`,
    view,
  }));
}

function listModuleFiles({ features, subscriptionMoves }: StackModel): string[] {
  return [
    ...MODULE_FILES,
    ...listFeatureFiles(features),
    ...(subscriptionMoves.length > 0 ? ['moved.tf'] : []),
  ];
}

function listBackendFiles({ backend }: StackModel): Rendering[] {
  if (backend === null) return [];
  return [
    { path: 'backend.tf', template: 'backend.tf.hbs', view: viewBackend(backend) },
    ...backend.environments.map((state) => ({
      path: `${state.environment}.s3.tfbackend`,
      template: 'environment.s3.tfbackend.hbs',
      view: viewState(state),
    })),
  ];
}
