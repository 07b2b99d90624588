import { expect, test } from 'vitest';
import { readDocument, valueAt } from '../../../../../main/common/integration/document.ts';
import type { FieldDescription } from '../../../../../main/common/integration/reading/field-table.ts';
import { fieldsFor } from '../../../../../main/common/integration/reading/fields.ts';
import {
  currentField,
  entryControls,
  filterControls,
  isYes,
  listState,
  oddParts,
  otherProblems,
  problemsAt,
  targetControls,
  targetFieldPath,
  textEdit,
  toggleEdit,
  uncontrolled,
  withoutEmptyItems,
} from '../../../../../renderer/views/form/field-values.ts';
import { rawValue, valueText } from '../../../../../renderer/views/values.ts';

function filterField(name: string): FieldDescription {
  const field = fieldsFor('filter', 'detections').find((candidate) => candidate.name === name);
  if (!field) throw new Error(`detections have ${name}`);
  return field;
}

function only(text: string) {
  const [integration] = readDocument(text).integrations;
  if (!integration) throw new Error('The text has an integration');
  return integration;
}

const path = [0, 'data-filter', 'category'];
const category = filterField('category');
const incident = category.choices?.[0];
const anomaly = category.choices?.[1];
if (!incident || !anomaly) throw new Error('category has two choices');

test('a choice takes the spelling of its list', () => {
  expect(toggleEdit(category, path, undefined, incident, true)).toEqual({ op: 'set', path, value: ['incident'] });
  expect(toggleEdit(category, path, ['alcide.category/incident'], anomaly, true)).toEqual({
    op: 'set',
    path,
    value: ['alcide.category/incident', 'alcide.category/anomaly'],
  });
});

test('removing a choice keeps unknown values, and removes both of its spellings', () => {
  const value = ['incident', 'novelty', 'alcide.category/incident'];
  expect(toggleEdit(category, path, value, incident, false)).toEqual({ op: 'set', path, value: ['novelty'] });
  expect(listState(category, value)?.others).toEqual(['novelty']);
});

test('an emptied list is removed, because an empty one may mean nothing at all', () => {
  expect(toggleEdit(category, path, ['incident'], incident, false)).toEqual({ op: 'remove', path });
});

test('a value that isn’t a list has no choices', () => {
  expect(listState(category, 'incident')).toBeNull();
  expect(listState(category, undefined)?.choices.every(({ selected }) => !selected)).toBe(true);
});

test('numbers stay numbers if the field expects one, and nothing else becomes a number', () => {
  expect(textEdit([0], '10', 'number')).toEqual({ op: 'set', path: [0], value: 10 });
  expect(textEdit([0], '010', 'number')).toEqual({ op: 'set', path: [0], value: '010' });
  expect(textEdit([0], '10', 'text')).toEqual({ op: 'set', path: [0], value: '10' });
});

test('an emptied field is removed', () => {
  expect(textEdit([0, 'name'], '', 'text')).toEqual({ op: 'remove', path: [0, 'name'] });
});

test('values that aren’t strings are shown and read as JSON', () => {
  expect(valueText({ a: [1, true] })).toBe('{"a":[1,true]}');
  expect(rawValue('{"a":[1,true]}')).toEqual({ a: [1, true] });
  expect(rawValue('{"a":')).toBe('{"a":');
  expect(isYes('yes')).toBe(true);
  expect(isYes('no')).toBe(false);
});

test('finds “stopped” next to the target too, and writes it where it is', () => {
  const beside = only('- type: detections\n  stopped: true\n  target:\n    target-type: slack\n    ref/slack-uri: val-x\n');
  const [target] = beside.targets;
  if (!target) throw new Error('It has a target');
  expect(currentField(beside, target, 'stopped')?.path).toEqual([0, 'stopped']);
  expect(currentField(beside, target, 'slack-uri')?.name).toBe('ref/slack-uri');
  expect(targetFieldPath(beside, target, 'rate-limit')).toEqual([0, 'target', 'rate-limit']);
});

test('fields of another target type are shown unchanged', () => {
  const integration = only(
    '- type: detections\n  target:\n    target-type: slack\n    slack-uri: x\n    http-api-uri: y\n    stopped: true\n',
  );
  expect(uncontrolled(integration.targets[0]?.fields ?? [], integration).map(({ name }) => name)).toEqual(['http-api-uri']);
});

test('every field of an entry has a control or is shown unchanged', () => {
  const texts = [
    '- type: detections\n  stopped: true\n  rate-limit: 3\n  report: count\n  x: 1\n  target:\n    target-type: slack\n    stopped: false\n    report: details\n    http-api-token: t\n    ref/slack-uri: val-x\n    slack-uri: y\n  data-filter: {etype: [], rate-limit: 4, other: 5}\n',
    '- type: selections\n  report: count\n  data-filter: {report: details, confidence: [0]}\n  target:\n    - - http-api\n      - {http-api-uri: u, x: 1}\n',
    '- type: new-type\n  stopped: true\n  target: {target-type: new-target, region: x}\n  data-filter: {a: 1}\n',
    '- type: activity\n  stopped: true\n  rate-limit: 1\n',
  ];
  for (const text of texts) {
    const integration = only(text);
    const controls = [
      ...integration.targets.flatMap((target) => targetControls(integration, target)),
      ...filterControls(integration),
    ].flatMap(({ field }) => (field ? [field.path] : []));
    const all = [...integration.fields, ...integration.filter, ...integration.targets.flatMap(({ fields }) => fields)];
    const raw = uncontrolled(all, integration).map(({ path: at }) => at);
    expect(all.length).toBeGreaterThan(0);
    for (const field of all) expect([...controls, ...raw]).toContainEqual(field.path);
  }
});

test('a name, target or filter that no control can show is shown unchanged', () => {
  const text = '- name: {a: 1}\n  type: [x]\n  target: word\n  data-filter: [1]\n';
  const integration = only(text);
  const entry = valueAt(text, [0]);
  expect(entryControls(integration, entry).map(({ field }) => field?.value)).toEqual([{ a: 1 }, ['x']]);
  expect(oddParts(integration, entry).map(({ name, value }) => [name, value])).toEqual([
    ['target', 'word'],
    ['data-filter', [1]],
  ]);
});

test('the type of the older pairs is written before their fields', () => {
  const pairs = only('- type: detections\n  target:\n    - - http-api\n      - {http-api-uri: u}\n');
  expect(currentField(pairs, pairs.targets[0], 'target-type')).toEqual({
    name: 'target-type',
    path: [0, 'target', 0, 0],
    value: 'http-api',
  });
});

test('removing the last field of a target over one-key maps removes its item too', () => {
  const text = '- type: activity\n  target:\n    - target-type: aws-s3\n    - aws-bucket: b\n';
  const [removal, other] = withoutEmptyItems(
    [
      { op: 'remove', path: [0, 'target', 1, 'aws-bucket'] },
      { op: 'remove', path: [0, 'type'] },
    ],
    [only(text)],
  );
  expect(removal).toEqual({ op: 'remove', path: [0, 'target', 1] });
  expect(other).toEqual({ op: 'remove', path: [0, 'type'] });
});

test('a missing value is reported at its empty control', () => {
  const text = '- target:\n    target-type: http-api\n- type: activity\n  target: {stopped: true}\n';
  const { problems } = readDocument(text);
  const rules = (...at: (string | number)[]) => problemsAt(problems, at).map(({ rule }) => rule);
  expect(rules(0, 'type')).toEqual(['missing-type']);
  expect(rules(0, 'target', 'http-api-uri')).toEqual(['missing-url']);
  expect(rules(0, 'target', 'http-api-token')).toEqual(['missing-key']);
  expect(rules(1, 'target', 'target-type')).toEqual(['missing-target']);
  expect(rules(0, 'target', 'rate-limit')).toEqual([]);
});

test('a problem of a missing field is shown at its empty control, not with the rest', () => {
  const integration = only('- type: detections\n  target:\n    target-type: http-api\n');
  const problem = (at: (string | number)[]) => ({ rule: 'x', severity: 'error' as const, message: '', line: 1, column: 1, path: at });
  const rest = problem([0]);
  expect(otherProblems([problem([0, 'target', 'http-api-uri']), rest, problem([1])], integration)).toEqual([rest]);
});
