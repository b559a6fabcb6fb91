// Handlebars with the project's own vocabulary: values, `if`, `each` and the three helpers below.

import { type Attribute, renderAttributes, renderLiteral } from '../literals/hcl.ts';
import { renderYamlString } from '../literals/yaml.ts';
import type { JsonValue } from '../spec/json.ts';
import type { View } from '../views/view.ts';
import { compileTemplate, createEngine } from './compile-template.ts';

const engine = createEngine();

// A literal: {{hcl value}}
engine.registerHelper('hcl', (value: JsonValue | undefined) => renderLiteral(value));
// Aligned `name = expression` lines: {{attributes list 2}}
engine.registerHelper('attributes', (attributes: readonly Attribute[], indent: number) =>
  renderAttributes(attributes, indent),
);

// A quoted scalar of the workflow: {{yaml value}}
engine.registerHelper('yaml', (value: unknown) => renderYamlString(value));

const compiled = new Map<string, (view: View) => string>();

/** Renders the template at `path` (relative to templates/); throws if the view lacks a member that it uses. */
export function renderTemplate(path: string, view: View): string {
  let template = compiled.get(path);
  if (template === undefined) {
    template = compileTemplate<View>(engine, path);
    if (template === undefined) throw new Error(`there is no template ${path}`);
    compiled.set(path, template);
  }
  return template(view);
}
