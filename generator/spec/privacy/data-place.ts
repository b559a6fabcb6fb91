// One kind of personal data in one place of a stack.

import type { DiagnosticCode } from '../../diagnostics/codes.ts';
import { formatCount } from '../../text/format-count.ts';

export type PlaceId =
  | 'recordings'
  | 'versions'
  | 'access-logs'
  | 'events'
  | 'markers'
  | 'backups'
  | 'stream'
  | 'uploads'
  | 'upload-letters'
  | 'webhook-letters'
  | 'results'
  | 'result-letters'
  | 'logs';

/** One kind of data in one place. */
export interface DataPlace {
  readonly id: PlaceId;
  /** For example `recordings`. */
  readonly data: string;
  /** In words; `name` is the resource's own. */
  readonly where: string;
  readonly name: string;
  /** The key that encrypts it, in words. */
  readonly key: string;
  /** Its alias or ARN; null for AWS's own keys. */
  readonly keyName: string | null;
  /** How long, in words. */
  readonly kept: string;
  /** Who reads it, besides people and roles to whom the account's own policies give access. */
  readonly readers: readonly string[];
  /** The settings that change it. */
  readonly settings: readonly string[];
  /** `forget`: the command erases it. `expires`: nothing can erase a part of it. `outside`: its receivers keep copies. */
  readonly erasure: 'forget' | 'expires' | 'outside';
  readonly copy?: Copy;
}

/** A copy that may be kept longer than the spec says of its original. */
export interface Copy {
  readonly code: DiagnosticCode;
  /** The data and where it is, for the warning. */
  readonly holds: string;
  /** The setting that says how long the original is kept, and its days. */
  readonly original: string;
  readonly originalDays: number;
  /** Days from the arrival of the data to the end of its copy. */
  readonly days: number;
  readonly why: string;
  /** The settings with which the copy ends in time. */
  readonly fix: string;
}

/** Before key and readers are filled in; `isKept` is false for disabled parts. */
export type Draft = Omit<DataPlace, 'key' | 'keyName' | 'readers'> & { readonly isKept?: boolean };

export function days(count: number): string {
  return formatCount(count, 'day');
}
