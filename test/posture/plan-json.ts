// `terraform show -json` of a plan, the parts that the rules read.
export type Values = Readonly<Record<string, unknown>>;

interface PlannedResource {
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly index?: string | number;
  readonly schema_version: number;
  readonly values: Values;
}

interface PlannedModule {
  readonly address?: string;
  readonly resources?: readonly PlannedResource[];
  readonly child_modules?: readonly PlannedModule[];
}

interface ResourceChange {
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly after: Values | null;
    readonly after_unknown: Values | true;
  };
}

export interface PlanJson {
  readonly planned_values: { readonly root_module: PlannedModule };
  readonly resource_changes: readonly ResourceChange[];
}

/** A resource and the module that it is in, such as `module.us_east_1[0]`. */
export interface PlacedResource extends PlannedResource {
  readonly module: string | undefined;
}

/** All that will exist, in all modules. */
export function listResources(plan: PlanJson): readonly PlacedResource[] {
  const collect = ({ address, resources = [], child_modules = [] }: PlannedModule): PlacedResource[] => [
    ...resources
      .filter(({ mode }) => mode === 'managed')
      // Left out where nothing is known.
      .map((resource) => ({ ...resource, values: resource.values ?? {}, module: address })),
    ...child_modules.flatMap(collect),
  ];
  return collect(plan.planned_values.root_module);
}

/** Whether an attribute of a resource is a policy in JSON. */
export function isPolicyAttribute(name: string): boolean {
  return ['access_policy', 'assume_role_policy', 'policy', 'policy_document'].includes(name);
}
