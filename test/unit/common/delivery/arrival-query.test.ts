import { describe, expect, it } from 'vitest';
import { readBackBody, readBackLink, readBackQuery, readBackResult } from '../../../../main/common/delivery/arrival-query.ts';

const ID = '1b4e28ba-2fa1-4d2b-883f-0016d3cca427';
const hit = JSON.stringify({
  result: { results: [{ metadata: [], labels: [], userData: JSON.stringify({ test_id: ID }) }] },
});

describe('reading back', () => {
  it('searches for the test id, within the application if a query can contain its name', () => {
    expect(readBackQuery('kaudit', ID)).toBe(
      `source logs | filter $l.applicationname == 'kaudit' | filter $d.test_id == '${ID}' | limit 5`,
    );
    expect(readBackQuery("a' || true", ID)).toBe(`source logs | filter $d.test_id == '${ID}' | limit 5`);
  });

  it.each([
    ['frequent', 'TIER_FREQUENT_SEARCH'],
    ['archive', 'TIER_ARCHIVE'],
  ] as const)('queries the %s tier', (tier, name) => {
    expect(JSON.parse(readBackBody('q', tier, 1_700_000_000_000, 1_700_000_060_000))).toMatchObject({
      query: 'q',
      metadata: {
        tier: name,
        syntax: 'QUERY_SYNTAX_DATAPRIME',
        startDate: '2023-11-14T21:58:20.000Z',
        endDate: '2023-11-14T22:29:20.000Z',
      },
    });
  });

  it('finds the entry among unknown lines', () => {
    expect(readBackResult(`{"queryId":{"queryId":"1"}}\n{"new":1}\nnot json\n${hit}\n{"statistics":{"status":"COMPLETED"}}\n`, ID)).toEqual(
      {
        found: true,
      },
    );
    expect(readBackResult('{"queryId":{"queryId":"1"}}\n{"result":{"results":[]}}\n', ID)).toEqual({ found: false });
  });

  it("ignores a result that doesn't name the test", () => {
    expect(readBackResult('{"result":{"results":[{"userData":"{}"}]}}', ID)).toEqual({ found: false });
  });

  it('recognises a failure with status 200', () => {
    expect(readBackResult(`${hit}\n{"statistics":{"status":"FAILED"}}`, ID)).toEqual({
      problem: 'The query ended with the status FAILED.',
    });
    expect(readBackResult('{"error":{"code":"x"}}', ID)).toEqual({ problem: 'The query was refused.' });
  });

  it('links to the team’s pages only if region and team are known', () => {
    const url = 'https://api.eu2.coralogix.com/logs/v1/bulk';
    expect(readBackLink(url, 'acme', 'q')).toMatch(/^https:\/\/acme\.app\.eu2\.coralogix\.com\/#\/query-new\/logs\?query=q&/);
    expect(readBackLink(url, undefined, 'q')).toBeUndefined();
    expect(readBackLink('https://logs.example/', 'acme', 'q')).toBeUndefined();
  });
});
