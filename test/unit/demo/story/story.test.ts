import { describe, expect, it } from 'vitest';
import { endpointOf, regionOf } from '../../../../main/common/coralogix/coralogix.ts';
import { presetSchema } from '../../../../main/common/coralogix/preset.ts';
import { readDocument } from '../../../../main/common/integration/document.ts';
import { type Story, tellStory } from '../../../../main/demo/story/story.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const story = tellStory(NOW);

function texts(from: Story): Map<string, string> {
  const maps = from.clusters.flatMap(({ objects }) => objects.map(({ object }) => object));
  return new Map(
    maps.flatMap(({ metadata, data }) => (data?.['audit-integration'] === undefined ? [] : [[metadata.name, data['audit-integration']]])),
  );
}

/** Every URL of a document with the key after it, or with its reference's key. */
function deliveries(text: string): { readonly url: string; readonly key: string }[] {
  const pairs = text.matchAll(/http-api-uri: ["']?(https:[^\s"']+)["']?[\s\S]*?http-api-token: ["']?([\w-]+)/g);
  return [...pairs].map(([, url = '', value = '']) => ({ url, key: new RegExp(`^- ${value}: (.*)$`, 'm').exec(text)?.[1] ?? value }));
}

describe('the demo’s story', () => {
  it('has documents in every state, each as the application reads it', () => {
    const states = [...texts(story)].map(([name, text]) => [name, readDocument(text).state]);
    expect(Object.fromEntries(states)).toEqual({
      'kaudit-integration-payments': 'ready',
      'kaudit-integrations-checkout': 'ready',
      'kaudit-integration-orders': 'ready',
      'kaudit-integration-invoices': 'ready',
      'kaudit-integration-sandbox': 'invalid',
      'kaudit-integration-preview': 'empty',
      'kaudit-integration-kaudit-core': 'ready',
    });
  });

  it('has integrations that are active and some that are stopped, but none that is incomplete', () => {
    const states = [...texts(story).values()].flatMap((text) => readDocument(text).integrations.map(({ state }) => state));
    expect(states.filter((state) => state === 'stopped')).toHaveLength(2);
    expect(new Set(states)).toEqual(new Set(['active', 'stopped']));
  });

  it('includes all three names that installers give the ConfigMap', () => {
    const names = [...texts(story).keys()];
    expect(names.some((name) => name.startsWith('kaudit-integration-kaudit-'))).toBe(true);
    expect(names.some((name) => name.startsWith('kaudit-integrations-'))).toBe(true);
    expect(names.some((name) => /^kaudit-integration-(?!kaudit-)/.test(name))).toBe(true);
  });

  it('sends with keys that the ingest accepts, one of them in the wrong region, and to one retired URL', () => {
    const all = [...texts(story)].flatMap(([name, text]) => deliveries(text).map((delivery) => ({ name, ...delivery })));
    expect(all.length).toBeGreaterThan(5);
    const wrong = all.filter(({ url, key }) => regionOf(story.keys[key] ?? '') !== endpointOf(url)?.region);
    expect(wrong.map(({ name }) => name)).toEqual(['kaudit-integration-invoices']);
    const retired = all.filter(({ url }) => endpointOf(url)?.retired);
    expect(retired.map(({ name }) => name)).toEqual(['kaudit-integration-orders']);
  });

  it('has keys of the shapes that Coralogix issues', () => {
    for (const key of Object.keys(story.keys)) expect(key).toMatch(/^(cxtp_[A-Za-z0-9]{30}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/);
  });

  it('offers presets that the application accepts, each with a key of its domain', () => {
    for (const { preset, key } of story.presets) {
      expect(presetSchema.parse(preset)).toMatchObject(preset);
      expect(story.keys[key]).toBe(preset.domain);
    }
  });

  it('gives every run its own tokens and uids', () => {
    const secrets = (of: Story) =>
      of.clusters.flatMap(({ users, objects }) => [
        ...users.map(({ token }) => token),
        ...objects.map(({ object }) => object.metadata.uid),
      ]);
    const [one, other] = [secrets(story), new Set(secrets(tellStory(NOW)))];
    expect(new Set(one).size).toBe(one.length);
    expect(one.filter((secret) => other.has(secret))).toEqual([]);
  });
});
