/** Reads the definition of a state machine from a synthesized template. */

/** A definition in the Amazon States Language. */
export interface Definition {
  readonly QueryLanguage?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface State {
  readonly QueryLanguage?: string;
  readonly Type: string;
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

/**
 * Returns the definition of the template's only state machine. References become `${LogicalId}`, which is also the form
 * of substitutions in SAM, CloudFormation and Terraform.
 */
export const readDefinition = (template: Record<string, unknown>): Definition => {
  const resources = Object.values(template['Resources'] as Record<string, Resource>);
  const [machine, ...others] = resources.filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
  if (!machine || others.length > 0) throw new Error('The template must contain one state machine.');
  return JSON.parse(render(machine.Properties.DefinitionString));
};

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly DefinitionString?: unknown };
}

const render = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const [[intrinsic, argument] = ['', '']] = Object.entries(Object(value));
  if (intrinsic === 'Fn::Join') return (argument as [string, unknown[]])[1].map(render).join('');
  return argument === 'AWS::Partition' ? 'aws' : `\${${String(argument)}}`;
};
