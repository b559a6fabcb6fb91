// The input and output of a rule about one environment in one region.

import type { DiagnosticCode } from '../../diagnostics/codes.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SpecPath } from '../path-text.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from '../resolve.ts';

/** Reports a problem of a setting where the file sets it: in the region, the environment or the defaults. */
export type Report = (finding: Finding) => void;

export interface Finding {
  readonly code: DiagnosticCode;
  readonly setting: SpecPath;
  /** The setting that it conflicts with; the location if the file does not set the first one. */
  readonly other?: SpecPath;
  readonly what: string;
  /** Who sets the limit, and the limit: `AWS Lambda: …`. */
  readonly why?: string;
  readonly fix?: string;
  readonly severity?: Diagnostic['severity'];
  /** Only if the file sets `setting`: a default promises nothing. */
  readonly isAboutWritten?: true;
}

export interface Scope {
  readonly resolved: ResolvedSpec;
  readonly environment: ResolvedEnvironment;
  readonly region: ResolvedRegion;
}

export type Rule = (scope: Scope, report: Report) => void;
