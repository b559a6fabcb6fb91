// Reads a saved plan from Terraform's JSON: counts of changes, and the data that would be lost.
import { spawnSync } from 'node:child_process';
import { findAddress, findData, findWeakening } from './data-resources.mjs';

const LONGEST_OUTPUT = 500_000_000;

/**
 * @typedef {object} PlanCounts
 * @property {number} import
 * @property {number} add
 * @property {number} change
 * @property {number} destroy
 * @property {number} forget
 */

/**
 * @typedef {object} PlanChanges
 * @property {boolean} changed whether an apply would do anything, outputs included
 * @property {PlanCounts} counts
 * @property {string[]} losses a line for each resource whose data would be lost
 */

/**
 * @typedef {object} PlannedResource
 * @property {string} address
 * @property {string} type
 * @property {string} mode
 * @property {string} [previous_address]
 * @property {{ actions: string[], importing?: unknown, before?: Record<string, unknown> | null, after?: Record<string, unknown> | null }} change
 */

/**
 * Reads a saved plan with the Terraform that made it.
 * @param {string} file
 * @returns {PlanChanges}
 */
export function readPlan(file) {
  const { status, stdout, stderr, error } = spawnSync('terraform', ['show', '-json', '-no-color', file], {
    encoding: 'utf8',
    maxBuffer: LONGEST_OUTPUT,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`terraform show failed: ${stderr.trim()}`);
  return readPlanJson(stdout);
}

/**
 * @param {string} json what `terraform show -json` prints
 * @returns {PlanChanges}
 */
export function readPlanJson(json) {
  /** @type {{ applyable?: boolean, resource_changes?: PlannedResource[], output_changes?: Record<string, { actions: string[] }> }} */
  const { applyable, resource_changes = [], output_changes = {} } = JSON.parse(json);
  const managed = resource_changes.filter(({ mode }) => mode === 'managed');
  const counts = { import: 0, add: 0, change: 0, destroy: 0, forget: 0 };
  for (const { change } of managed) {
    if (change.importing !== undefined) counts.import += 1;
    if (change.actions.includes('create')) counts.add += 1;
    if (change.actions.includes('update')) counts.change += 1;
    if (change.actions.includes('delete')) counts.destroy += 1;
    if (change.actions.includes('forget')) counts.forget += 1;
  }
  const losses = managed.flatMap((resource) => {
    const { type, change } = resource;
    const destroyed = change.actions.includes('delete') ? resource : undefined;
    const loss =
      (destroyed && (findData(destroyed) ?? findAddress(destroyed))) ??
      findWeakening(type, change.before ?? null, change.after ?? null);
    return loss === undefined ? [] : [`${resource.address}: ${loss}`];
  });
  // Terraform before 1.8 has no `applyable`.
  const isNews = (/** @type {string[]} */ actions) => actions.some((action) => action !== 'no-op');
  const changed =
    applyable ??
    (resource_changes.some(
      ({ change, previous_address }) =>
        isNews(change.actions) || change.importing !== undefined || previous_address !== undefined,
    ) ||
      Object.values(output_changes).some(({ actions }) => isNews(actions)));
  return { changed, counts, losses };
}
