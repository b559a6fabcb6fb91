// Renders the files below .github/, in memory. Pure.
import type { GeneratedFile } from '../generated-file.ts';
import type { StackModel } from '../model/stack-model.ts';
import { viewWorkflow } from '../views/workflow-view.ts';
import { renderTemplate } from './render-template.ts';

/** Renders the workflow, or no file if it is disabled; paths are relative to `.github/`. */
export function renderWorkflow({ workflow }: StackModel): GeneratedFile[] {
  if (workflow === null) return [];
  const text = renderTemplate('workflows/terraform.yml.hbs', viewWorkflow(workflow));
  return [{ path: 'workflows/terraform.yml', contents: new TextEncoder().encode(text) }];
}
