import type { Template } from 'aws-cdk-lib/assertions';

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export interface TemplateChanges {
  /** Ids of resources that only the new template has. */
  readonly added: readonly string[];
  /** Ids of resources that only the old template has, and that are deleted. */
  readonly removed: readonly string[];
  /** Ids of resources that only the old template has, and that are retained. */
  readonly retained: readonly string[];
  /** Ids of resources with changed properties, with the names of these properties. */
  readonly changed: Readonly<Record<string, readonly string[]>>;
}

/** Compares the resources of two templates by logical id. */
export const compareTemplates = (before: Template, after: Template): TemplateChanges => {
  const from: Record<string, Resource> = before.toJSON()['Resources'];
  const to: Record<string, Resource> = after.toJSON()['Resources'];
  const gone = Object.entries(from).filter(([id]) => !(id in to));
  const isRetained = ({ DeletionPolicy }: Resource) => DeletionPolicy?.startsWith('Retain') === true;
  return {
    added: Object.keys(to).filter((id) => !(id in from)),
    removed: gone.filter(([, resource]) => !isRetained(resource)).map(([id]) => id),
    retained: gone.filter(([, resource]) => isRetained(resource)).map(([id]) => id),
    changed: Object.fromEntries(
      Object.keys(from)
        .map((id) => [id, findChangedProperties(from[id], to[id])] as const)
        .filter(([, names]) => names.length > 0),
    ),
  };
};

const findChangedProperties = (before?: Resource, after?: Resource): string[] => {
  if (!before || !after) return [];
  const [from = {}, to = {}] = [before.Properties, after.Properties];
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names].filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]));
};
