import { readCode } from '../../../handlers/shared/codes.ts';
import type { Item } from '../services/dynamodb-values.ts';

export interface ItemCodes {
  /** As many digits as the sender wrote. */
  readonly score: string | undefined;
  readonly label: string | undefined;
  /** The decision that the event states, else the recommendation. */
  readonly decision: string | undefined;
}

export function codesOf(item: Item): ItemCodes {
  const data = item.data?.M ?? {};
  return {
    score: data.score?.N ?? data.score?.S,
    label: readCode(data.label?.S),
    decision: readCode(data.decision?.S) ?? readCode(data.recommended_action?.S),
  };
}
