import { describe, expect, it } from 'vitest';
import { keyElsewhere } from '../../../../main/common/coralogix/key-elsewhere.ts';

describe('a preset’s key next to a URL', () => {
  const owner = { name: 'Payments', domain: 'eu2.coralogix.com' };

  it('of another region is reported with both regions', () => {
    const message = keyElsewhere('https://api.us1.coralogix.com/logs/v1/bulk', owner);
    expect(message).toContain('preset Payments of EU2, but the URL sends to US1');
    expect(keyElsewhere('https://ingress.coralogix.us/logs/v1/bulk', owner)).toContain('US1');
    expect(keyElsewhere('https://api.eu2.coralogix.com/', { ...owner, domain: 'cx123.coralogix.com' })).toContain('cx123.coralogix.com');
  });

  it.each([
    ['its own region', 'https://ingress.eu2.coralogix.com/logs/v1/bulk'],
    ['its region’s PrivateLink', 'https://ingress.private.eu2.coralogix.com/logs/v1/bulk'],
    ['a gateway of one’s own', 'https://logs.example/logs/v1/bulk'],
    ['no host', 'https://'],
  ])('of %s is fine', (_, url) => expect(keyElsewhere(url, owner)).toBeUndefined());

  it('of an older domain of its region is fine', () => {
    expect(keyElsewhere('https://api.coralogix.us/', { ...owner, domain: 'us1.coralogix.com' })).toBeUndefined();
  });
});
