// Handlebars, compiled so that a template can name only what its view has and only the helpers below.
import Handlebars from 'handlebars';
import type { JsonValue } from '../spec/json.ts';
import { type Attribute, renderAttributes, renderLiteral } from './hcl.ts';
import { loadTemplates } from './templates.ts';

/** What a template may show: flat, complete, display-ready. */
export type View = Readonly<Record<string, unknown>>;

const handlebars = Handlebars.create();

// A literal: {{hcl value}}
handlebars.registerHelper('hcl', (value: JsonValue | undefined) => renderLiteral(value));
// Aligned `name = expression` lines: {{attributes list 2}}
handlebars.registerHelper('attributes', (attributes: readonly Attribute[], indent: number) =>
  renderAttributes(attributes, indent),
);

const compiled = new Map<string, Handlebars.TemplateDelegate<View>>();

/** Renders the template at `path` (relative to templates/); throws when the view lacks something it names. */
export function renderTemplate(path: string, view: View): string {
  let template = compiled.get(path);
  if (template === undefined) {
    const source = loadTemplates().get(path);
    if (source === undefined) throw new Error(`there is no template ${path}`);
    template = handlebars.compile<View>(source, {
      strict: true,
      noEscape: true,
      knownHelpersOnly: true,
      knownHelpers: { hcl: true, attributes: true },
    });
    compiled.set(path, template);
  }
  return template(view);
}
