/** A state of the Amazon States Language: the fields that decide which state is next. */
interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Branches?: readonly StateMachine[];
}

interface StateMachine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/**
 * Counts the states that an execution enters if everything succeeds: a Choice takes its first rule.
 * @param definition `DefinitionString` of a template
 */
export const countStateTransitions = (definition: unknown): number => {
  const count = ({ StartAt, States }: StateMachine): number => {
    let entered = 0;
    for (let name: string | undefined = StartAt; name !== undefined; ) {
      const state: State | undefined = States[name];
      entered += 1 + (state?.Branches ?? []).reduce((sum, branch) => sum + count(branch), 0);
      name = state?.Choices?.[0]?.Next ?? state?.Next;
    }
    return entered;
  };
  return count(JSON.parse(joinText(definition)) as StateMachine);
};

/** The text of a string or of `Fn::Join`, with a placeholder for each reference. */
const joinText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join } = value as { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
  return join[1].map((part) => (typeof part === 'string' ? part : 'reference')).join(join[0]);
};
