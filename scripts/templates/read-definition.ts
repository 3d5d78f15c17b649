/** Definitions of state machines in synthesized templates. */

/** A definition in the Amazon States Language. */
export interface Definition {
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface State {
  readonly QueryLanguage?: string;
  readonly Type: string;
  readonly Next?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly SecondsPath?: string;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Branches?: readonly Definition[];
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

/** Returns the definition of the template's only state machine. */
export const readDefinition = (template: Record<string, unknown>): Definition => {
  const resources = Object.values(template['Resources'] as Record<string, Resource>);
  const [machine, ...others] = resources.filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
  if (!machine || others.length > 0) throw new Error('The template must contain one state machine.');
  return parseDefinition(machine.Properties.DefinitionString);
};

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly DefinitionString?: unknown };
}

/**
 * Parses the `DefinitionString` of a template. References become `${LogicalId}`, which is also the form of substitutions
 * in SAM, CloudFormation and Terraform.
 */
export const parseDefinition = (definitionString: unknown): Definition =>
  JSON.parse(render(definitionString));

const render = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const [[intrinsic, argument] = ['', '']] = Object.entries(Object(value));
  if (intrinsic === 'Fn::Join') return (argument as [string, unknown[]])[1].map(render).join('');
  return argument === 'AWS::Partition' ? 'aws' : `\${${String(argument)}}`;
};
