import { expect, test } from 'vitest';
import type { SecretInfo } from '../../../../../main/common/api.ts';
import { readDocument } from '../../../../../main/common/document.ts';
import { type FieldDescription, fieldsFor } from '../../../../../main/common/fields.ts';
import {
  isYes,
  listState,
  otherProblems,
  rawValue,
  standingField,
  targetFieldPath,
  textEdit,
  toggleEdit,
  unknownFields,
  valueText,
  withoutSecrets,
} from '../../../../../renderer/views/editor/field-values.ts';

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

test('a choice keeps the spelling of the list it joins', () => {
  expect(toggleEdit(category, path, undefined, incident, true)).toEqual({ op: 'set', path, value: ['incident'] });
  expect(toggleEdit(category, path, ['alcide.category/incident'], anomaly, true)).toEqual({
    op: 'set',
    path,
    value: ['alcide.category/incident', 'alcide.category/anomaly'],
  });
});

test('taking a choice out keeps what this program does not know, and takes both spellings', () => {
  const value = ['incident', 'novelty', 'alcide.category/incident'];
  expect(toggleEdit(category, path, value, incident, false)).toEqual({ op: 'set', path, value: ['novelty'] });
  expect(listState(category, value)?.others).toEqual(['novelty']);
});

test('an emptied list is removed, since an empty one may mean nothing at all', () => {
  expect(toggleEdit(category, path, ['incident'], incident, false)).toEqual({ op: 'remove', path });
});

test('a value that is no list has no choices', () => {
  expect(listState(category, 'incident')).toBeNull();
  expect(listState(category, undefined)?.choices.every(({ selected }) => !selected)).toBe(true);
});

test('numbers stay numbers where the field wants one, and nothing else becomes one', () => {
  expect(textEdit([0], true, '10', 'number')).toEqual({ op: 'set', path: [0], value: 10 });
  expect(textEdit([0], true, '010', 'number')).toEqual({ op: 'set', path: [0], value: '010' });
  expect(textEdit([0], true, '10', 'text')).toEqual({ op: 'set', path: [0], value: '10' });
});

test('an emptied field is removed, and an empty one that is not set stays so', () => {
  expect(textEdit([0, 'name'], true, '', 'text')).toEqual({ op: 'remove', path: [0, 'name'] });
  expect(textEdit([0, 'name'], false, '', 'text')).toBeNull();
});

test('values that are no strings are shown and read as JSON', () => {
  expect(valueText({ a: [1, true] })).toBe('{"a":[1,true]}');
  expect(rawValue('{"a":[1,true]}')).toEqual({ a: [1, true] });
  expect(rawValue('{"a":')).toBe('{"a":');
  expect(isYes('yes')).toBe(true);
  expect(isYes('no')).toBe(false);
});

test('finds stopped beside the target too, and writes it where it stands', () => {
  const beside = only('- type: detections\n  stopped: true\n  target:\n    target-type: slack\n    ref/slack-uri: val-x\n');
  const [target] = beside.targets;
  if (!target) throw new Error('It has a target');
  expect(standingField(beside, target, 'stopped')?.path).toEqual([0, 'stopped']);
  expect(standingField(beside, target, 'slack-uri')?.name).toBe('ref/slack-uri');
  expect(targetFieldPath(beside, target, 'rate-limit')).toEqual([0, 'target', 'rate-limit']);
});

test('fields of another target type are shown as they are', () => {
  const { targets } = only(
    '- type: detections\n  target:\n    target-type: slack\n    slack-uri: x\n    http-api-uri: y\n    stopped: true\n',
  );
  expect(unknownFields(targets[0]?.fields ?? [], 'target', 'detections', 'slack').map(({ name }) => name)).toEqual(['http-api-uri']);
});

test('a problem of a missing field belongs to its empty control, not to the rest', () => {
  const integration = only('- type: detections\n  target:\n    target-type: http-api\n');
  const problem = (at: (string | number)[]) => ({ rule: 'x', severity: 'error' as const, message: '', line: 1, column: 1, path: at });
  const rest = problem([0]);
  expect(otherProblems([problem([0, 'target', 'http-api-uri']), rest, problem([1])], integration)).toEqual([rest]);
});

test('a copy of an entry leaves its keys out', () => {
  const secrets: SecretInfo[] = [
    { path: [0, 'target', 'http-api-token'], mask: 'm', fingerprint: '1' },
    { path: [0, 'targets', 1], mask: 'n', fingerprint: '2' },
  ];
  const value = { type: 'detections', target: { 'target-type': 'http-api', 'http-api-token': 'm' }, targets: ['a', 'n'] };
  expect(withoutSecrets(value, [0], secrets)).toEqual({ type: 'detections', target: { 'target-type': 'http-api' }, targets: ['a'] });
});
