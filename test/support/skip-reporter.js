/** A Jest reporter that says once for each reason which tests were skipped. Titles contain it: "… (skipped: reason)". */
export default class SkipReporter {
  onRunComplete(_contexts, { testResults }) {
    const counts = new Map();
    for (const { status, fullName } of testResults.flatMap((file) => file.testResults)) {
      const reason = /\(skipped: (.+?)\)(?: |$)/.exec(fullName)?.[1];
      if (status === 'pending' && reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    for (const [reason, count] of counts) console.log(`\nSkipped ${count} tests: ${reason}`);
  }
}
