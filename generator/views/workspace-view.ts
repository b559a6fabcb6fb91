// View of the module that compares the workspace with the environment.
import type { Validation } from '../model/stack-model.ts';
import type { View } from '../render/render-template.ts';
import { renderMessage } from './variables-view.ts';

export function viewGuardModule({ condition, message }: Validation, requiredVersion: string): View {
  return { requiredVersion, condition, message: renderMessage(message) };
}
