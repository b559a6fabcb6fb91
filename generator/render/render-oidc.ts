// Renders the root module of the workflow's roles, in memory. Pure.
import type { GeneratedFile } from '../generated-file.ts';
import type { StackModel } from '../model/stack-model.ts';
import { usesSecurity, viewOidc } from '../views/oidc-views.ts';
import { viewVersions } from '../views/root-views.ts';
import { renderTemplate } from './render-template.ts';

const FOLDER = 'github-oidc';
const FILES = [
  'main.tf',
  'variables.tf',
  'environments.tf',
  'arns.tf',
  'state.tf',
  'plan.tf',
  'deploy.tf',
  'outputs.tf',
];
const API_FILE = 'deploy_api.tf';
const SECURITY_FILE = 'deploy_security.tf';

/** Renders the files of `out/github-oidc/`; none if the spec asks for no roles. */
export function renderOidc(model: StackModel): GeneratedFile[] {
  const { oidc, features } = model;
  if (oidc === null) return [];
  const encoder = new TextEncoder();
  const view = viewOidc(oidc, model);
  const texts: (readonly [string, string])[] = [
    ['versions.tf', renderTemplate('versions.tf.hbs', viewVersions(model))],
    ...[
      ...FILES,
      ...(features.apiGateway ? [API_FILE] : []),
      ...(usesSecurity(features) ? [SECURITY_FILE] : []),
    ].map((file) => [file, renderTemplate(`${FOLDER}/${file}.hbs`, view)] as const),
  ];
  return texts.map(([file, text]) => ({ path: `${FOLDER}/${file}`, contents: encoder.encode(text) }));
}
