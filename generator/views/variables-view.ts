// View of variables.tf, of the root and of the module.

import { type Attribute, renderLiteral } from '../literals/hcl.ts';
import type { Validation, VariableModel } from '../model/stack-model.ts';
import type { View } from './view.ts';

export function viewVariables(
  purpose: string,
  variables: readonly VariableModel[],
  isEphemeral: boolean,
): View {
  return {
    purpose,
    variables: variables.map((variable) => ({
      name: variable.name,
      attributes: listAttributes(variable, isEphemeral),
      validations: variable.validations.map(({ condition, message }) => ({
        condition,
        message: renderMessage(message),
      })),
    })),
  };
}

function listAttributes(
  { description, type, default: value, nullable, secret }: VariableModel,
  isEphemeral: boolean,
): Attribute[] {
  return [
    { name: 'description', expression: renderLiteral(description) },
    { name: 'type', expression: type },
    ...(value === undefined ? [] : [{ name: 'default', expression: renderLiteral(value, 2) }]),
    ...(nullable ? [] : [{ name: 'nullable', expression: 'false' }]),
    ...(secret ? [{ name: 'sensitive', expression: 'true' }] : []),
    // Ephemeral: Terraform refuses every use that would store the value in plan or state.
    ...(secret && isEphemeral ? [{ name: 'ephemeral', expression: 'true' }] : []),
  ];
}

export function renderMessage(message: Validation['message']): string {
  return typeof message === 'string' ? renderLiteral(message) : message.expression;
}
