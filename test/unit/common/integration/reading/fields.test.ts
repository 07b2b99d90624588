import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDocument } from '../../../../../main/common/integration/document.ts';
import {
  FIELDS,
  type IntegrationType,
  TARGET_LABELS,
  type TargetType,
  TYPE_LABELS,
} from '../../../../../main/common/integration/reading/field-table.ts';
import { choiceOf, describeField, fieldsFor, newIntegration } from '../../../../../main/common/integration/reading/fields.ts';
import { fieldsPage } from '../../../../../scripts/fields-page.ts';

const types = Object.keys(TYPE_LABELS) as IntegrationType[];
const targetTypes = Object.keys(TARGET_LABELS) as TargetType[];

describe('FIELDS', () => {
  it('say of every field what a form needs, in whole sentences', () => {
    for (const field of FIELDS) {
      expect(field.meaning, field.name).toMatch(/^[A-Z].*[^ ]\.$/);
      expect(field.label, field.name).toMatch(/^[A-Z]/);
      expect(field.example, field.name).not.toBe('');
      expect(field.choices !== undefined, field.name).toBe(field.input === 'choice' || field.input === 'choices');
    }
  });

  it('have examples that are valid for their own field', () => {
    for (const field of FIELDS.filter(({ choices }) => choices)) {
      const example: unknown = parse(field.example);
      for (const word of Array.isArray(example) ? example : [example])
        expect(choiceOf(field, word), `${field.name}: ${word}`).toBeDefined();
    }
  });

  it('include every field that the vendor documents', () => {
    const documented =
      'name type target-type http-api-uri http-api-token http-api-token-header slack-uri syslog-host syslog-port syslog-tcp kafka-broker ' +
      'kafka-topic workspace-id shared-key aws-region aws-account-id aws-access-key-id aws-secret-access-key aws-bucket ' +
      'aws-resource-key-prefix aws-content-type aws-compression stopped rate-limit etype category confidence entity-match entity-no-match ' +
      'rules-match rules-no-match report';
    expect(FIELDS.map(({ name }) => name).sort()).toEqual(documented.split(' ').sort());
  });
});

describe('fieldsFor', () => {
  it('returns only the fields of its integration type for a filter', () => {
    const names = (type: string) => fieldsFor('filter', type).map(({ name }) => name);
    expect(names('detections')).toEqual(['etype', 'category', 'confidence', 'entity-match', 'entity-no-match']);
    expect(names('selections')).toEqual(['entity-match', 'entity-no-match', 'rules-match', 'rules-no-match', 'report']);
    expect(names('activity')).toEqual([]);
    expect(names('unheard-of')).toEqual([]);
  });

  it('returns the type first for every target, and stopped and rate-limit last', () => {
    for (const type of [...targetTypes, 'unheard-of', undefined]) {
      const names = fieldsFor('target', 'detections', type).map(({ name }) => name);
      expect([names[0], ...names.slice(-2)]).toEqual(['target-type', 'stopped', 'rate-limit']);
    }
    expect(fieldsFor('target', 'activity', 'kafka').map(({ name }) => name)).toEqual([
      'target-type',
      'kafka-broker',
      'kafka-topic',
      'stopped',
      'rate-limit',
    ]);
  });
});

describe('describeField', () => {
  it('finds a field by its reference, and stopped, rate-limit and report at either level', () => {
    expect(describeField('target', 'ref/http-api-token', 'detections', 'http-api')?.input).toBe('secret');
    for (const name of ['stopped', 'rate-limit', 'report']) expect(describeField('entry', name, 'selections')?.name).toBe(name);
    expect(describeField('entry', 'http-api-uri', 'detections', 'http-api')).toBeUndefined();
    expect(describeField('target', 'slack-uri', 'detections', 'kafka')).toBeUndefined();
  });
});

describe('choiceOf', () => {
  it('knows both spellings', () => {
    const confidence = describeField('filter', 'confidence', 'detections');
    const category = describeField('filter', 'category', 'detections');
    expect(confidence && [0, 'high', '0'].map((value) => choiceOf(confidence, value)?.label)).toEqual(['High', 'High', 'High']);
    expect(category && choiceOf(category, 'alcide.category/anomaly')?.value).toBe('anomaly');
    expect(category && choiceOf(category, 'other')).toBeUndefined();
  });
});

describe('newIntegration', () => {
  it('starts detections with high and medium confidence, and nothing else with any', () => {
    expect(newIntegration('detections', 'http-api')).toEqual({
      type: 'detections',
      target: { 'target-type': 'http-api' },
      'data-filter': { confidence: [0, 1] },
    });
    expect(newIntegration('activity', 'kafka')).toEqual({ type: 'activity', target: { 'target-type': 'kafka' }, 'data-filter': {} });
  });

  it('reads back as what it was made for', () => {
    for (const type of types) {
      for (const targetType of targetTypes) {
        const { integrations } = readDocument(JSON.stringify([newIntegration(type, targetType)]));
        expect(integrations).toMatchObject([{ type, targets: [{ type: targetType }] }]);
      }
    }
  });
});

describe('fields.md', () => {
  it('says what the table says; `node scripts/fields-page.mjs` rewrites it', () => {
    expect(readFileSync(new URL('../../../../../docs/fields.md', import.meta.url), 'utf8')).toBe(fieldsPage());
  });

  it('names every field', () => {
    for (const { name } of FIELDS) expect(fieldsPage()).toContain(`\`${name}\``);
  });
});
