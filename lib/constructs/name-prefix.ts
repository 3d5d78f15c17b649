import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Prefix of physical names: the stack's name, then the ids of the constructs that contain `scope` in the stack. */
export const getNamePrefix = (scope: Construct): string => {
  const { stackName, node } = Stack.of(scope);
  const ids = scope.node.scopes.slice(node.scopes.length, -1).map(({ node: { id } }) => id);
  return [stackName, ...ids.filter((id) => id !== 'Default')].join('-');
};
