import { describe, expect, it } from 'vitest';
import { repairPastedText, textOfManifest } from '../../../../../main/common/integration/diagnostics/pasted-text.ts';
import { readDocument } from '../../../../../main/common/integration/document.ts';

const flat = (text: string) => text.replace(/^[ \t]+/gm, '');

/** As the page intended. */
const EXAMPLE = `- type: detections
  target:
    target-type: http-api
    http-api-uri: https://api.coralogix.com/logs/v1/bulk
    http-api-token: 'key'
    # paused for now
    stopped: true
  data-filter:
    etype:
      - principal
      - resource
    category:
      - incident
    confidence:
      - 0
      - 1
    entity-no-match: ^system:|^admin$
- type: selections
  name: policy
  target:
    target-type: http-api
    http-api-uri: https://api.coralogix.com/logs/v1/bulk
    ref/http-api-token: val-cx
    rate-limit: 10
  data-filter:
    rules-match: "^exec: # no comment"
    report: details
- val-cx: key
`;

const withoutCommentIndent = (text: string) => text.replace(/^ +#/gm, '#');

describe('repairPastedText', () => {
  it('restores the indentation of the published example', () => {
    expect(repairPastedText(flat(EXAMPLE))).toBe(withoutCommentIndent(EXAMPLE));
  });

  it('restores lines with the same wrong indentation, with CRLF and without a last line break', () => {
    const text = flat(EXAMPLE)
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\r\n');
    expect(repairPastedText(text)).toBe(withoutCommentIndent(EXAMPLE));
  });

  it('restores lost dashes before the entries', () => {
    const text = flat(EXAMPLE).replace(/^- (type|val)/gm, '$1');
    expect(repairPastedText(text)).toBe(withoutCommentIndent(EXAMPLE));
  });

  it('drops the lines of the ConfigMap around it', () => {
    const around =
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\nname: kaudit-integration-prod\nnamespace: alcide-kaudit\nlabels:\napp: kaudit\ndata:\naudit-integration: |\n';
    expect(repairPastedText(around + flat(EXAMPLE))).toBe(withoutCommentIndent(EXAMPLE));
  });

  it('keeps several targets, and one target that is spread over several items', () => {
    const several =
      '- type: detections\n  target:\n    - target-type: http-api\n      http-api-uri: https://a.example\n    - target-type: slack\n      slack-uri: x\n  data-filter:\n    etype:\n      - cluster\n';
    const spelt = '- type: activity\n  target:\n    - target-type: aws-s3\n    - aws-bucket: b\n    - aws-region: r\n';
    for (const text of [several, spelt]) expect(repairPastedText(flat(text))).toBe(text);
  });

  it('straightens typographic quotes', () => {
    expect(repairPastedText('type: activity\ntarget:\ntarget-type: http-api\nhttp-api-uri: “https://a.example”\n')).toBe(
      '- type: activity\n  target:\n    target-type: http-api\n    http-api-uri: "https://a.example"\n',
    );
  });

  it.each([
    ['text with indentation', EXAMPLE],
    ['text of another kind', 'type: a\nname: b\n'],
    ['prose', 'Set target-type: http-api\nand then save it.\n'],
    ['nothing', ''],
  ])('leaves %s unchanged', (_, text) => {
    expect(repairPastedText(text)).toBeNull();
  });

  it('is offered for a document that lost its indentation, and leads to the same integrations', () => {
    const edit = readDocument(flat(EXAMPLE)).problems.find(({ rule }) => rule === 'pasted-text')?.fix?.edits[0];
    expect(edit?.op).toBe('text');
    const meaning = (text: string) => readDocument(text).integrations.map(({ type, targets, filter }) => [type, targets, filter]);
    expect(edit?.op === 'text' ? meaning(edit.text) : []).toEqual(meaning(EXAMPLE));
  });
});

describe('textOfManifest', () => {
  const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kaudit-integration-prod\ndata:\n  audit-integration: |\n${EXAMPLE.replace(/^(?=.)/gm, '    ')}  other: x\n`;

  it("returns the value of audit-integration, and nothing of the ConfigMap's other keys", () => {
    expect(textOfManifest(manifest)).toBe(EXAMPLE);
  });

  it('is offered for a whole ConfigMap', () => {
    const problem = readDocument(manifest).problems.find(({ rule }) => rule === 'pasted-manifest');
    expect(problem?.fix?.edits).toEqual([{ op: 'text', text: EXAMPLE }]);
  });

  it('returns nothing for a document', () => {
    expect(textOfManifest(EXAMPLE)).toBeNull();
  });
});
