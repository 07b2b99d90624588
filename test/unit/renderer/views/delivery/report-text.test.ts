import { expect, test } from 'vitest';
import type { DeliveryReport } from '../../../../../main/common/delivery/delivery.ts';
import { reportText } from '../../../../../renderer/views/delivery/report-text.ts';

const report: DeliveryReport = {
  id: 'test-1',
  subject: { kind: 'integration', ref: { context: 'c', namespace: 'n', name: 'm' }, integration: 0, hash: 'h', unsaved: true },
  outcome: 'failed',
  summary: 'Key refused (401) by api.eu2.coralogix.com',
  startedAt: '2026-11-22T10:00:00.000Z',
  milliseconds: 211.4,
  url: 'https://api.eu2.coralogix.com/logs/v1/bulk',
  method: 'POST',
  vantage: 'From this computer (laptop), through proxy p:3128',
  stages: [
    { name: 'dns', state: 'passed', milliseconds: 3.2, evidence: '203.0.113.7' },
    { name: 'key', state: 'failed', evidence: 'HTTP 401', fix: 'Enter a Send-Your-Data key.' },
    { name: 'accepted', state: 'not-reached', evidence: '' },
  ],
  status: 401,
  payload: '{"applicationName":"kaudit"}',
  warnings: [],
  notProven: 'that kAudit itself gets through',
  curl: 'curl --header \'Authorization: Bearer \'"$CORALOGIX_KEY"',
  attempts: 2,
};

test('a report contains everything that someone else needs to act on it', () => {
  expect(reportText(report, 'Detections to Coralogix')).toBe(`kAudit Tray delivery test: failed
What: Detections to Coralogix (unsaved changes)
Result: Key refused (401) by api.eu2.coralogix.com
URL: POST https://api.eu2.coralogix.com/logs/v1/bulk
Sent: From this computer (laptop), through proxy p:3128
Started: 2026-11-22T10:00:00.000Z, took 211 ms
Attempts: 2
Test id: test-1

Stages
- DNS: passed, 3 ms: 203.0.113.7
- Key: failed: HTTP 401
  To do: Enter a Send-Your-Data key.
- Accepted: not reached

HTTP status: 401

Payload
{"applicationName":"kaudit"}

Not proven: that kAudit itself gets through
`);
});
