/** Findings of cdk-nag that this library accepts, where the resource is defined and with the reason. */
import { AspectPriority, Aspects, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Accepts findings about the resources in a scope. cdk-nag 3 reads the acknowledgements of `Validations`, which older
 * versions of aws-cdk-lib lack; for those, cdk-nag 2 reads the resources' metadata.
 * @param findings reasons by rule, with the finding in brackets if the rule has several
 * @see https://github.com/cdklabs/cdk-nag#acknowledging-a-rule
 */
export const acceptFindings = (scope: Construct, findings: Readonly<Record<string, string>>): void => {
  const rules = Object.entries(findings).map(([id, reason]) => {
    Validations?.of(scope).acknowledge({ id, reason });
    const [, rule, finding] = /^([^[]+)\[(.*)\]$/.exec(id) ?? [];
    return finding === undefined ? { id, reason } : { id: rule, reason, applies_to: [finding] };
  });
  Aspects.of(scope).add(
    {
      visit: (node) => {
        if (!CfnResource.isCfnResource(node)) return;
        const others = node.getMetadata('cdk_nag')?.rules_to_suppress ?? [];
        node.addMetadata('cdk_nag', { rules_to_suppress: [...others, ...rules] });
      },
    },
    { priority: AspectPriority.MUTATING },
  );
};

/** The finding that a policy allows this resource, in the form of cdk-nag: `<LogicalId.Attribute>` for a reference. */
export const allowsResource = (scope: Construct, resource: string): string =>
  `AwsSolutions-IAM5[Resource::${flatten(Stack.of(scope).resolve(resource))}]`;

const flatten = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const [[intrinsic, argument] = ['', '']] = Object.entries(Object(value));
  if (intrinsic === 'Fn::Join') return (argument as [string, unknown[]])[1].map(flatten).join('');
  return `<${[argument].flat().join('.')}>`;
};
