import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Template } from 'aws-cdk-lib/assertions';

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What CloudFormation does with resources when one template follows another: logical ids. */
interface TemplateChanges {
  readonly created: readonly string[];
  readonly deleted: readonly string[];
  /** Removed from the stack, but not deleted. */
  readonly retained: readonly string[];
  readonly replaced: readonly string[];
}

/** Compares two templates of one stack. */
export const compareTemplates = (before: Template, after: Template): TemplateChanges => {
  const from: Record<string, Resource> = before.toJSON()['Resources'];
  const to: Record<string, Resource> = after.toJSON()['Resources'];
  const created = Object.keys(to).filter((id) => !(id in from));
  const removed = Object.keys(from).filter((id) => !(id in to));
  const isRetained = (id: string) => from[id]?.DeletionPolicy?.startsWith('Retain') === true;
  const changed = Object.entries(from).flatMap(([id, resource]) => {
    const properties = findChangedProperties(resource, to[id]);
    return properties.length > 0 ? [{ id, type: resource.Type, properties }] : [];
  });
  const replaced = changed
    .filter(({ type, properties }) => properties.some((property) => causesReplacement(type, property)))
    .map(({ id }) => id);
  return {
    created,
    deleted: removed.filter((id) => !isRetained(id)),
    retained: removed.filter(isRetained),
    replaced,
  };
};

const findChangedProperties = (before: Resource, after: Resource | undefined): string[] => {
  if (!after) return [];
  const [from = {}, to = {}] = [before.Properties, after.Properties];
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names].filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]));
};

interface ResourceSpecification {
  readonly cloudFormationType: string;
  readonly properties: Readonly<Record<string, { readonly causesReplacement?: 'yes' | 'no' | 'maybe' }>>;
}

let specifications: ReadonlyMap<string, ResourceSpecification> | undefined;

/** Whether CloudFormation replaces a resource when this property changes, from the database of `cdk diff`. */
const causesReplacement = (type: string, property: string): boolean => {
  specifications ??= readSpecifications();
  const specification = specifications.get(type);
  if (!specification?.properties[property]) throw new Error(`Unknown property ${property} of ${type}`);
  return (specification.properties[property].causesReplacement ?? 'no') !== 'no';
};

const readSpecifications = (): ReadonlyMap<string, ResourceSpecification> => {
  const file = join(import.meta.dirname, '../../node_modules/aws-cdk/db.json.gz');
  const { schema } = JSON.parse(gunzipSync(readFileSync(file)).toString());
  const entities: readonly ResourceSpecification[] = schema.resource.entities;
  return new Map(entities.map((entity) => [entity.cloudFormationType, entity]));
};
