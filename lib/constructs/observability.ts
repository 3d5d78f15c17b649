import { Annotations } from 'aws-cdk-lib';
import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { countCredentialsFailures } from './alarm-metrics.ts';
import { alarmsWithoutAction, createEmailTopic } from './alarm-topic.ts';
import { type AlarmSources, defineAlarms } from './alarms.ts';
import { createAlarms } from './create-alarms.ts';
import { createDashboard } from './dashboard.ts';
import { SavedQueries } from './saved-queries.ts';

/** Every alarm and the dashboard, neither, or everything except the named alarms. */
export type AlarmSelection = boolean | { readonly except: readonly string[] };

export interface ObservabilityProps extends AlarmSources {
  /** The function's log. */
  readonly logGroup: ILogGroup;
  /** @default true */
  readonly alarms?: AlarmSelection | undefined;
  /**
   * The topic that alarms are sent to.
   * @default a new topic for `email`
   */
  readonly topic?: ITopic | undefined;
  /**
   * The address that alarms are sent to.
   * @default the alarms notify no one, and synth warns about that
   */
  readonly email?: string | undefined;
}

/** The alarms, their topic, the dashboard and the saved queries. */
export class Observability extends Construct {
  /** The alarms, by name. */
  readonly alarms: Readonly<Record<string, Alarm>> = {};
  /** The alarms that roll back a release. */
  readonly rollbackAlarms: readonly Alarm[] = [];
  /** The topic that alarms are sent to. */
  readonly topic: ITopic | undefined;
  readonly dashboard: Dashboard | undefined;

  /** @throws Error if `alarms` leaves out an alarm that does not exist */
  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { alias, logGroup, alarms = true, email } = props;
    new SavedQueries(this, 'Queries', logGroup);
    if (alarms === false) return;
    const { version, lambda: handler } = alias;
    const credentials = countCredentialsFailures(this, logGroup, handler.functionName, version.version);
    const definitions = leaveOut(defineAlarms(props, credentials), alarms);
    this.topic = props.topic ?? (email === undefined ? undefined : createEmailTopic(this, email));
    if (!this.topic) {
      Annotations.of(this).addWarningV2(
        alarmsWithoutAction,
        'The alarms notify no one. Set alarmEmail or a topic (prop alarmTopic, option alarmTopicArn).',
      );
    }
    this.alarms = createAlarms(this, definitions, this.topic);
    this.rollbackAlarms = Object.entries(this.alarms).flatMap(([name, alarm]) =>
      definitions[name]?.rollsBack ? [alarm] : [],
    );
    this.dashboard = createDashboard(this, { handler, stage: props.stage }, Object.values(this.alarms));
  }
}

const leaveOut = (definitions: ReturnType<typeof defineAlarms>, selection: AlarmSelection) => {
  const except = typeof selection === 'object' ? selection.except : [];
  const unknown = except.filter((name) => !Object.hasOwn(definitions, name));
  if (unknown.length > 0) {
    const names = Object.keys(definitions).join(', ');
    throw new Error(`There is no alarm ${unknown.join(', ')} to leave out. The alarms are ${names}.`);
  }
  return Object.fromEntries(Object.entries(definitions).filter(([name]) => !except.includes(name)));
};
