import { formatMarkdownTable } from '../../lib/reference/markdown-table.ts';
import {
  billedSeconds,
  outcomesInEachHour,
  queueRequestsPerPassword,
  regions,
  tableWritesPerVerification,
  tenants,
} from './assumptions.ts';
import type { Costs, OptionCost } from './compute-costs.ts';
import { measureFunctionLog } from './measure-logs.ts';
import { type PriceName, priceSources, prices, type Quantities } from './prices.ts';

/** The costs as Markdown, for docs/operate.md. */
export const toCostsSection = (costs: Costs): string =>
  [toOptionsTable(costs), toFreeOptions(costs), toAssumptions(), toBreakdown(costs), toPriceTable()].join(
    '\n\n',
  );

const toOptionsTable = ({ base, options }: Costs): string => {
  const rows = options
    .filter(hasCost)
    .map(({ example, added }) => [
      `\`${example}\``,
      formatSigned(added.monthly),
      formatSigned(added.perThousand, 4),
    ]);
  return formatMarkdownTable(
    ['stack', `USD per month, ${tenants} tenants in ${regions} regions`, 'USD per 1,000 verifications'],
    [['defaults', base.monthly.toFixed(2), base.perThousand.toFixed(4)], ...rows],
  );
};

const toFreeOptions = ({ options }: Costs): string => {
  const names = options.filter((option) => !hasCost(option)).map(({ option }) => `\`${option}\``);
  return `Rows with a sign are added to the defaults. These options add nothing: ${names.join(', ')}.`;
};

const hasCost = ({ added }: OptionCost): boolean =>
  Math.abs(added.monthly) >= 0.005 || Math.abs(added.perThousand) >= 0.00005;

const toAssumptions = (): string =>
  [
    'Assumptions:',
    '',
    `- ${billedSeconds} s billed for each invocation, and one read of the secret for each verification. Both are cautious: [performance](performance.md) has the measured duration and reads.`,
    `- ${outcomesInEachHour.length} different outcomes in every hour. Each outcome has metrics of its own.`,
    `- ${measureFunctionLog()} bytes in the function's log for each request: the function's line, and Lambda's lines as AWS documents them.`,
    `- ${tableWritesPerVerification} writes for each verification with \`countAttempts\`.`,
    `- ${queueRequestsPerPassword} queue requests for each password.`,
    '- Not included, because they are small: data transfer, flow logs, logs of executions, retries, e-mails and releases.',
  ].join('\n');

const toBreakdown = ({ monthly, perThousand }: Costs): string => {
  const row =
    (per: string, digits: number) =>
    ([name, quantity]: [string, number]): string[] => {
      const { usd, unit } = prices[name as PriceName];
      return [unit, per, round(quantity), (usd * quantity).toFixed(digits)];
    };
  const rows = (quantities: Quantities, per: string, digits: number) =>
    Object.entries(quantities)
      .filter(([, quantity]) => quantity > 0)
      .map(row(per, digits));
  return `What the defaults consist of:\n\n${formatMarkdownTable(
    ['item', 'in', 'quantity', 'USD'],
    [...rows(monthly, 'a month', 2), ...rows(perThousand, '1,000 verifications', 4)],
  )}`;
};

const toPriceTable = (): string =>
  [
    'Unit prices are list prices of us-east-1, without free tiers and discounts. No price was read from the live pages.',
    'Compare them before you rely on them. The last column says where a price was read:\n',
    ...Object.entries(priceSources).map(([mark, text]) => `- *${mark}*: ${text}.`),
  ].join('\n') +
  `\n\n${formatMarkdownTable(
    ['unit', 'USD', 'page', 'read'],
    Object.values(prices).map(({ unit, usd, page, source }) => [unit, formatPrice(usd), page, source]),
  )}`;

const formatSigned = (usd: number, digits = 2): string =>
  `${usd < 0 ? '-' : '+'}${Math.abs(usd).toFixed(digits)}`;

const round = (quantity: number): string => String(Number(quantity.toPrecision(3)));

/** Without an exponent. */
const formatPrice = (usd: number): string => usd.toFixed(10).replace(/\.?0+$/, '');
